"""The demonstration's challenges, each at another point of its life; the newest work comes first."""

from __future__ import annotations

from marketplace.demo.challenges import (
    biodiversity_credits,
    business_rules,
    damp_homes,
    fire_contaminants,
    land_for_homes,
    one_identity,
    tree_seed,
    village_transport,
    waste_trail,
    young_minds,
)
from marketplace.demo.story import StoryChallenge

CHALLENGES: tuple[StoryChallenge, ...] = (
    tree_seed.CHALLENGE,
    land_for_homes.CHALLENGE,
    fire_contaminants.CHALLENGE,
    biodiversity_credits.CHALLENGE,
    village_transport.CHALLENGE,
    waste_trail.CHALLENGE,
    damp_homes.CHALLENGE,
    young_minds.CHALLENGE,
    business_rules.CHALLENGE,
    one_identity.CHALLENGE,
)
