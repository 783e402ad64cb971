"""The offline half: books into audiobooks, scripts into podcasts."""
