"""Whose turn it is: the people of a scene, what they were called and who spoke last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from declaim.studio.dialogue.lines import Evidence, Line
from declaim.studio.dialogue.mention import Grammar, Mention, MentionKind, Tag
from declaim.studio.dialogue.people import People
from declaim.studio.dialogue.turns import Guess, Narration, Said, Turn, Utterance, line_of, parts, spread
from declaim.studio.passage import Place

_STILL_TALKING = 3
"""Blocks of narration after which a conversation is another one."""
_SENTENCE = re.compile(r"[^。！？；!?;\n]+")
_BEGINS_CLAUSE = re.compile(r"(?:^|[，。！？；])[^，。！？；：]{0,2}$")
_REMEMBERED = 12
"""Turns that matter for the next one."""
_GENDERS = {MentionKind.HE: "male", MentionKind.SHE: "female", MentionKind.IT: ""}


class Conversation:
    """Attributes the lines of a chapter, in order.

    Args:
        people: who they are.
        first_person: what a narrator who is one of them calls himself; empty if he is not.
    """

    def __init__(self, people: People, first_person: str = "") -> None:
        self.said: list[Said] = []
        self._first_person = first_person
        self._people = people
        self._turns: list[Turn] = []
        self._recent: list[str] = []
        self._told = Narration()
        self._topic_first = True
        self._acted: list[tuple[int, str]] = []
        """Who did something in which block."""

    def pause(self) -> None:
        """A heading or a scene break: nobody's turn."""
        self._turns.clear()
        self._told = Narration()

    def narrate(self, block: int, text: str, grammar: Grammar) -> None:
        """A block without dialogue."""
        self._begin(text, grammar)
        actors = grammar.actors(text)
        people = self._known(actors)
        self._mention(people)
        self._act(block, self._subjects(text, actors))
        last = self._last_actor(actors)
        topic = self._topic(text, grammar)
        gone = self._known(grammar.leaving(text))
        self._turns = [turn for turn in self._turns if turn.speaker not in gone]
        self._acted = [(when, person) for when, person in self._acted if person not in gone]
        told = [*self._told.people, *people][-4 * _REMEMBERED :]
        self._told = Narration(block, text, told, last, topic, is_paragraph=True)

    def speak(self, block: int, utterances: Sequence[Utterance], grammar: Grammar) -> None:
        """A block with dialogue."""
        if self._turns and block - self._turns[-1].block > _STILL_TALKING:
            self._turns.clear()
        self._begin(utterances[0].before, grammar)
        for part in parts(utterances):
            self._speak_part(block, part, grammar)
        people = self._known(grammar.actors(utterances[-1].behind))
        self._mention(people)
        self._told = Narration(block, utterances[-1].behind, people)

    def _begin(self, text: str, grammar: Grammar) -> None:
        self._topic_first = grammar.topic_first
        if grammar.is_new_scene(text):
            self._turns.clear()

    def _subjects(self, text: str, actors: Sequence[Mention]) -> list[str]:
        """Those with whom a clause begins."""
        return self._known([actor for actor in actors if _BEGINS_CLAUSE.search(text[: actor.start])])

    def _topic(self, text: str, grammar: Grammar) -> str:
        """Whom the last sentence of a paragraph that is about somebody is about; pronouns go on with them."""
        topic = self._told.topic
        if grammar.topic_first:
            return topic
        for sentence in _SENTENCE.findall(text):
            first = grammar.actors(sentence)[:1]
            topic = next(iter(self._known(first)), topic)
        return topic

    def _act(self, block: int, people: Sequence[str]) -> None:
        self._acted = [*self._acted, *((block, person) for person in people)][-4 * _REMEMBERED :]

    def _speak_part(self, block: int, utterances: Sequence[Utterance], grammar: Grammar) -> None:
        """Quotes of a block among which somebody is told of."""
        guesses: list[Guess | None] = []
        speaking: list[str] = []
        for utterance in utterances:
            guess = self._tagged(utterance, speaking[-1:], grammar)
            guesses.append(guess)
            speaking += [guess.speaker] if guess and guess.speaker else []
        if (
            utterances[0].quote.goes_on
            and self.said
            and guesses[0] is None
            and not self._beat_behind(utterances[0], grammar)
        ):
            before = self.said[-1].line
            guesses[0] = Guess(before.speaker, Evidence.CONTINUED, before.is_thought)
        found = spread(guesses)
        if found[0] is None:
            whole = self._untagged(block, utterances, grammar)
            found = [whole, *(replace(whole, evidence=Evidence.PARAGRAPH) for _ in found[1:])]
        told = grammar.actors(utterances[0].before)
        self._mention(self._known(told))
        self._act(block, self._subjects(utterances[0].before, told))
        for utterance, guess in zip(utterances, found, strict=True):
            self._say(block, utterance, guess or Guess("", Evidence.NONE), grammar)
        self._told = Narration(people=self._told.people)

    def look_back(self) -> None:
        """Settle who began a conversation by who took the other turns."""
        turns = [list(in_block) for _, in_block in groupby(self.said, key=lambda said: said.block)]
        for first, second, third in zip(turns, turns[1:], turns[2:], strict=False):
            speakers = [turn[0].line.speaker for turn in (first, second, third)]
            unsure = first[0].line.evidence in {Evidence.NONE, Evidence.NEARBY}
            near = all(b[0].block - a[0].block <= 1 for a, b in pairwise((first, second, third)))
            if unsure and near and speakers[1] and speakers[2] and speakers[1] != speakers[2]:
                for said in first:
                    said.line = line_of(said.line, speakers[2], Evidence.ALTERNATION)

    def _tagged(self, utterance: Utterance, speaking: Sequence[str], grammar: Grammar) -> Guess | None:
        """Who speaks by the words around a quote; ``speaking`` is who did last in the paragraph."""
        before, behind = grammar.tag_before(utterance.before), grammar.tag_behind(utterance.behind)
        if before and before.is_sure:
            return self._guess(before, utterance.before, grammar, speaking)
        if behind and behind.is_sure:
            return self._guess(behind, utterance.before, grammar, speaking)
        before = before or behind
        if before:
            guess = self._guess(before, utterance.before, grammar, speaking)
            return replace(guess, evidence=Evidence.BEAT) if guess.speaker else None
        return None

    def _guess(self, tag: Tag, before: str, grammar: Grammar, speaking: Sequence[str] = ()) -> Guess:
        listener = self._people.find(tag.listener.text) if tag.listener else ""
        who = tag.who
        if who.kind is MentionKind.NAME:
            return Guess(self._people.find(who.text), Evidence.NAMED, tag.is_thought, listener)
        if who.kind is MentionKind.I:
            return Guess(who.text, Evidence.NAMED, tag.is_thought, listener)
        if who.kind in {MentionKind.THEY, MentionKind.OTHER}:
            return Guess("", Evidence.NAMED, tag.is_thought, listener)
        told = grammar.actors(before)[::-1]
        subjects = [m for m in told if not m.is_object]
        first = [m for m in tag.others if not m.is_object]
        named = self._known([*first, *subjects, *tag.others, *told])
        near = [*self._known(first), *speaking, *named]
        return Guess(self._meant(_GENDERS[who.kind], near), Evidence.PRONOUN, tag.is_thought, listener)

    def _meant(self, gender: str, near: Sequence[str]) -> str:
        """Whom a pronoun means: people of the same paragraph, those told of, the other speaker, the last."""
        speakers = [turn.speaker for turn in reversed(self._turns) if turn.speaker]
        others = [speaker for speaker in speakers if speaker != speakers[0]]
        told = self._told.people
        turns = [*others[:1], *speakers[:1], *others, *reversed(self._recent)]
        for wanted, people in (
            ({gender, ""}, near),
            ({gender, ""}, [*(told[:1] if self._topic_first else [self._told.topic]), *reversed(told)]),
            ({gender, ""}, [] if self._topic_first else [*others[:1], *speakers[:1]]),
            ({gender}, turns),
            ({""}, turns),
        ):
            for person in people:
                if person not in {"", "我", "I"} and self._people.gender(person) in wanted:
                    return person
        return ""

    def _untagged(self, block: int, utterances: Sequence[Utterance], grammar: Grammar) -> Guess:
        """Who speaks where nothing says so."""
        beat = self._beat(utterances, grammar)
        if beat:
            return Guess(beat, Evidence.BEAT)
        if self._told.block == block - 1 and (tag := grammar.tag_before(self._told.text)):
            introduced = self._guess(tag, self._told.text, grammar)
            if introduced.speaker or tag.is_sure:
                return introduced
        addressed = self._addressed(utterances, grammar)
        return self._led_in(block, addressed, grammar) or self._next_turn(addressed)

    def _led_in(self, block: int, addressed: Sequence[str], grammar: Grammar) -> Guess | None:
        """Who did something in the paragraph before, unless that was to keep silent."""
        if not self._told.is_paragraph or self._told.block != block - 1:
            return None
        who = grammar.leading(self._told.text)
        person = self._person(who) if who else ""
        if not person or person in addressed or (who and who.kind is MentionKind.I):
            return None
        before = self._turns[-1].speaker if self._turns else ""
        if not grammar.is_silent(self._told.text):
            return Guess(person, Evidence.LED_IN)
        return Guess(before, Evidence.NEARBY) if before and before != person else None

    def _person(self, who: Mention) -> str:
        if who.kind in _GENDERS:
            return self._meant(_GENDERS[who.kind], [])
        return who.text if who.kind is MentionKind.I else self._people.find(who.text)

    def _beat(self, utterances: Sequence[Utterance], grammar: Grammar) -> str:
        """Who does something in the same paragraph."""
        for text in (utterances[0].before, utterances[0].behind, utterances[-1].behind):
            actors = grammar.actors(text)
            for actor in actors[:1]:
                if person := self._person(actor):
                    return person
        return ""

    def _beat_behind(self, utterance: Utterance, grammar: Grammar) -> bool:
        """Whether somebody else does something right behind a quote."""
        people = self._known(grammar.actors(utterance.behind)[:1])
        return bool(people) and people[0] != self.said[-1].line.speaker

    def _next_turn(self, addressed: Sequence[str]) -> Guess:
        """Who answers, and who is not meant because the line is spoken to them."""
        last = self._turns[-1] if self._turns else None
        told = [person for person in self._told.people if person not in addressed]
        if last is None:
            nearby = [*reversed(told), *(p for p in reversed(self._recent) if p not in addressed)]
            return Guess(nearby[0], Evidence.NEARBY) if nearby else Guess("", Evidence.NONE)
        called = [p for p in last.addressed if p != last.speaker and p not in addressed]
        others = [t.speaker for t in reversed(self._turns) if t.speaker not in {"", last.speaker, *addressed}]
        if called:
            return Guess(called[0], Evidence.ADDRESSED)
        if (
            self._told.last == last.speaker != ""
            and self._told.block > last.block
            and last.speaker not in addressed
        ):
            return Guess(last.speaker, Evidence.NEARBY)
        if others:
            return Guess(self._newcomer(others[0], addressed) or others[0], Evidence.ALTERNATION)
        heard = [*reversed(told), self._first_person, *reversed(self._recent)]
        nearby = [p for p in heard if p and p not in {last.speaker, *addressed}]
        return Guess(nearby[0], Evidence.NEARBY) if nearby else Guess("", Evidence.NONE)

    def _newcomer(self, other: str, addressed: Sequence[str]) -> str:
        """Who has come in since somebody spoke, and so rather answers; empty if nobody has."""
        if self._topic_first:
            return ""
        spoke = next(turn.block for turn in reversed(self._turns) if turn.speaker == other)
        last = self._turns[-1].speaker
        came = (person for block, person in reversed(self._acted) if block > spoke)
        return next((one for one in came if one not in {other, last, *addressed}), "")

    def _addressed(self, utterances: Sequence[Utterance], grammar: Grammar) -> list[str]:
        called = [name for utterance in utterances for name in grammar.addressed(utterance.text)]
        people = (self._people.called(name) for name in called)
        return list(dict.fromkeys(person for person in people if person))

    def _say(self, block: int, utterance: Utterance, guess: Guess, grammar: Grammar) -> None:
        addressed = [p for p in self._addressed([utterance], grammar) if p != guess.speaker]
        heard = tuple(p for p in (*addressed, guess.listener) if p)
        place = Place(0, block, utterance.quote.start, utterance.quote.end)
        line = line_of(Line(place, is_thought=guess.is_thought), guess.speaker, guess.evidence)
        self.said.append(Said(block, line, heard))
        if guess.is_thought:
            return
        if self._turns and self._turns[-1].block == block and self._turns[-1].speaker == guess.speaker:
            self._turns[-1].addressed = (self._turns[-1].addressed + heard)[-_REMEMBERED:]
        else:
            self._turns.append(Turn(block, guess.speaker, heard))
            del self._turns[:-_REMEMBERED]
        self._mention([guess.speaker])

    def _last_actor(self, actors: Sequence[Mention]) -> str:
        for actor in reversed(actors):
            if actor.kind in _GENDERS and actor.kind is not MentionKind.IT:
                return self._meant(_GENDERS[actor.kind], self._known(actors)[::-1])
            if person := self._people.find(actor.text):
                return person
        return ""

    def _known(self, mentions: Sequence[Mention]) -> list[str]:
        return [
            person
            for mention in mentions
            if mention.kind is MentionKind.NAME and (person := self._people.find(mention.text))
        ]

    def _mention(self, people: Sequence[str]) -> None:
        for person in people:
            if person in self._recent:
                self._recent.remove(person)
            if person:
                self._recent.append(person)
