from contextlib import ExitStack

from declaim.server.workers.fairness import Shares, Ticket


def served(rounds: int, arrivals: dict[int, list[Ticket]], cost: float = 1.0) -> list[str]:
    """Who is served in each round, when all that came want to be served in all that follow."""
    shares, there, order = Shares(), [], []
    with ExitStack() as stack:
        for number in range(rounds):
            for ticket in arrivals.get(number, []):
                stack.enter_context(shares.member(ticket))
                there.append(ticket)
            ticket = min(there, key=shares.rank)
            shares.charge(ticket, cost)
            ticket.due += 3
            order.append(ticket.client)
    return order


def test_a_client_with_much_to_say_gets_no_more_than_one_with_little() -> None:
    book = [Ticket("book", due=0) for _ in range(10)]
    order = served(20, {0: book, 4: [Ticket("short", due=4)]})
    assert order[:4] == ["book"] * 4
    assert order[4:].count("short") == 8


def test_whoever_comes_is_level_with_the_others() -> None:
    """No credit for the time before: it would shut the others out."""
    order = served(12, {0: [Ticket("a", due=0)], 8: [Ticket("b", due=8)]})
    assert order[8:].count("b") == 2


def test_of_one_client_what_is_due_first_comes_first() -> None:
    shares = Shares()
    early, late = Ticket("a", due=1), Ticket("a", due=2)
    with shares.member(late), shares.member(early):
        assert min((late, early), key=shares.rank) is early


def test_nothing_is_remembered_of_those_who_left() -> None:
    shares, ticket = Shares(), Ticket("a", due=0)
    with shares.member(ticket):
        shares.charge(ticket, 5)
        assert shares.rank(ticket)[1] == 5
    assert ticket.take() == 5
    assert ticket.take() == 0
    with shares.member(ticket):
        assert shares.rank(ticket)[1] == 0
