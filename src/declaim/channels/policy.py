"""Which channels may speak a sentence, and in what order they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from declaim.channels.channel import Channel
from declaim.channels.reports import PassedOver
from declaim.channels.settings import Policy
from declaim.channels.standing import Standing
from declaim.engines.to_say import ToSay
from declaim.text.sentence import Span

_ROUNDING = 1e-9
"""Costs are sums of floats: what is within the limit on paper shall be within it here."""


@dataclass(frozen=True, slots=True)
class Member:
    """A channel as this request reaches it, and how it stands."""

    channel: Channel
    standing: Standing


@dataclass(frozen=True, slots=True)
class Offer:
    """A channel that may speak a sentence."""

    member: Member
    cost: float
    lacks: tuple[Span, ...]
    """What of the sentence it would approximate."""

    @property
    def name(self) -> str:
        """The channel's."""
        return self.member.standing.name


def offers_for(
    said: ToSay, members: Sequence[Member], policy: Policy, spent: float
) -> tuple[list[Offer], list[PassedOver]]:
    """Those that may speak a sentence, best first, and those that may not.

    A channel that can say all of it comes before one that would approximate; otherwise they keep their order.

    Args:
        said: what is to be said, and by whom.
        members: in the order of the configuration.
        policy: the request's.
        spent: by the request so far.
    """
    offers, barred = [], []
    for member in members:
        cost = member.channel.cost(said)
        if policy.never_cloud and member.channel.is_cloud:
            barred.append(PassedOver(member.standing.name, "cloud", "the text may not leave this machine"))
        elif policy.max_cost is not None and cost > 0 and spent + cost > policy.max_cost + _ROUNDING:
            left = max(0.0, policy.max_cost - spent)
            detail = f"it would cost {cost:g}, and {left:g} may still be spent"
            barred.append(PassedOver(member.standing.name, "cost", detail))
        else:
            offers.append(Offer(member, cost, member.channel.lacks(said.sentence)))
    offers.sort(key=lambda offer: bool(offer.lacks))  # stable
    return offers, barred
