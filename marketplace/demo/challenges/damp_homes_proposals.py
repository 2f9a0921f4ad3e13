"""What five suppliers propose against damp in council homes, and how two evaluators score it."""

from __future__ import annotations

from marketplace.demo.story import StoryProposal, marked, prose, sheet

PROPOSALS: tuple[StoryProposal, ...] = (
    StoryProposal(
        supplier="hearth-and-vent",
        answers=marked("""
            [act] Tuesday: the bathroom wall at number 14 stays wet for the third day. Our fitter on duty,
            who knows the street, rings the tenant that afternoon. Thursday: the same fitter visits with a
            fan, two vents and sealant in the van. Eight in ten causes can be dealt with on that visit, by
            our records of 310 damp jobs. The other two in ten are roofs and pipes: your repair officer gets
            photographs, cause and a proposed date, and we ring her every Friday until it is done. After
            eight weeks we look at the readings and knock again.
            [proof] A wet week wets every home in a street; damp stays in one. So we compare each home with
            its neighbours of the same type. On last winter's figures for 120 of your homes, which you let
            us read, we would have called at 31. Nineteen were damp, twelve were not, and we missed four.
            Twelve needless visits are twelve cups of tea and about £700. We have not tested flats above the
            fourth floor, where wind changes everything.
            [tenant] We ask what bothers them first. It is rarely the mould; it is the bill. So each visit
            ends with the radiators balanced, which saves about £60 a winter. The device has a switch that
            works. Nine families who had unplugged theirs let us in after a neighbour did. The card on the
            fridge is in seven languages and says whom to ring, by name. We never tell anybody to open a
            window in January.
            [stay] Two of your tradespeople ride with us from week five. By spring they do every third home
            alone. The rule that compares homes is one page long and runs on your own server. What would be
            lost is our habit of knocking twice. We do not know how to write that down, other than to pay
            for the hour that it takes.
        """),
        summary=prose("""
            The fitter who watches the readings is the fitter who comes, with the parts in the van. Each
            home is compared with its neighbours. Most causes are repaired on the first visit, larger ones
            are followed up each week, and after eight weeks somebody looks again. Council tradespeople join
            from week five.
        """),
        scores={
            "helen-marlowe": sheet("""
                [action 4 act] Names the fitter, the day and the parts, and knocks again after eight weeks.
                [evidence 3 proof] 19 right, 12 wrong, 4 missed, on our own homes. High flats are untested,
                and it says so.
                [tenants 3 tenant] Balancing radiators answers the bill, which tenants raise with us every
                week.
                [stay 3 stay] Two of our trades from week five, and a rule of one page. The second knock may
                not survive.
            """),
            "daniel-osei": sheet("""
                [action 4 act] Follows even the roof and pipe jobs each Friday until they are closed.
                [evidence 3 proof] Neighbours as the comparison is sound. 120 homes and one winter is a
                modest base.
                [tenants 4 tenant] Nine families who had unplugged the device let them in. Nobody else shows
                this.
                [stay 2 stay] Riding along is good. What we pay for after spring is left open.
            """),
        },
        replaced={
            "proof": prose("""
                A wet week wets every home in a street; damp stays in one. We compare each home with its
                neighbours. Our fitters have a nose for it after twenty years, and are seldom wrong.
            """),
        },
    ),
    StoryProposal(
        supplier="kelpie-instruments",
        answers=marked("""
            [act] Day 0: the home's own record shows a wall colder and wetter than its model allows. Day 1:
            our engineer checks the instrument from here, because one alarm in six is a device behind a
            curtain. Day 2: we ring. Day 5: a visit with a thermal camera, and a written cause out of
            eleven. Day 6: your repair officer has a job sheet with parts and minutes. From there the date
            is yours. We hold a weekly call on open jobs. If your backlog is nine weeks, ours is too.
            [proof] We measured 84 homes for two winters with instruments in the walls, which is rude but
            true. Against those, the room device misses 7 in 100 damp homes and raises 11 in 100 dry ones. A
            missed home costs about £2,900 in later repair by your figures, a false visit £85. So we set the
            threshold low on purpose: five false visits for each missed home avoided. In homes with more
            than six people we are twice as often wrong.
            [tenant] A small display shows warmth and damp as two bars, and what the last hour of heating
            cost. A tenant can hide it, keep the figures or send them to a doctor. In our trial 81 of 84
            kept it for two winters. The three who left said that it made them worry. We had not thought of
            that, and now it is off at night.
            [stay] Your team gets the bench, the spare parts and a week in Portcraig to learn repair and
            calibration. Two people are enough for 600 homes. The model is a file with documentation, and
            last year a housing association retrained it without us. After year one we charge for parts
            only.
        """),
        summary=prose("""
            A measurement tested against instruments inside the walls of 84 homes, with both kinds of error
            turned into money. A visit within five days gives a written cause and a job sheet. The repair
            itself stays with the council. Staff learn to maintain and calibrate the instruments.
        """),
        scores={
            "helen-marlowe": sheet("""
                [action 3 act] Six days to a job sheet with parts and minutes. It then joins our queue of
                nine weeks.
                [evidence 4 proof] Instruments in walls, two winters, both errors, and £2,900 against £85.
                Exemplary.
                [tenants 3 tenant] 81 of 84 kept it for two winters, and the three who left changed the
                design.
                [stay 3 stay] A week of training and a bench. Our people start after year one and not during
                it.
            """),
            "daniel-osei": sheet("""
                [action 3 act] A cause out of eleven is what our officers lack. Nobody looks after the
                repair is done.
                [evidence 4 proof] States where it fails: homes of more than six people. I can plan visits
                with this.
                [tenants 3 tenant] Cost of the last hour is a real gain. Nobody who had refused a device was
                asked.
                [stay 4 stay] Two people for 600 homes, parts only, and a landlord that has already done it
                alone.
            """),
        },
    ),
    StoryProposal(
        supplier="marram-analytics",
        answers=marked("""
            [act] Every Monday your repair team leader receives twenty homes in order of risk, each with the
            three readings that put it there. On Tuesday she assigns visits. We propose one officer for two
            days a week, and have drawn up a route that covers eight homes a day. The officer notes damp or
            not damp, and that goes back into the order. Repairs follow your present process. We are
            statisticians, and would be of no use with a trowel.
            [proof] On your three winters we fitted a model to two and tested on the third. Of the 48 homes
            that later rang you, 39 would have been among the first 150 named, eight weeks before the call.
            To reach 45 an officer would visit 310. The curve is in our drawing. Weather alone explains half
            of all raised readings, and a neighbour's reading most of the rest.
            [tenant] A letter explains which data are used and how to object, and was tested for reading
            age. Tenants may ask for their score and the reasons. We do not plan direct contact, which is
            better made by people whom they know. Homes without a device are estimated from type and age,
            and labelled as estimates.
            [stay] Code, documentation and a yearly refit of two days, at £1,800, by us or by anybody. Your
            analyst joins us for six mornings and has refitted it twice by the end. The list needs no
            licence. It does need somebody who reads it on Mondays, which no code can promise.
        """),
        summary=prose("""
            A list of twenty homes every Monday in order of risk, with reasons, for one officer on two days
            a week. Tested on a winter that the model had not seen: 39 of 48 homes found eight weeks before
            the tenant rang. Visits and repairs stay with the council.
        """),
        scores={
            "helen-marlowe": sheet("""
                [action 2 act] Gets an officer to the door with a route of eight homes a day, then stops at
                the doorstep.
                [evidence 3 proof] 39 of 48 on a winter held back. The cost of 310 visits is left for us to
                work out.
                [tenants 2 tenant] A clear letter, a score on request, a way to object. No gain for the
                household.
                [stay 3 stay] Our analyst refits it twice before they go, and the yearly price is there.
            """),
            "daniel-osei": sheet("""
                [action 2 act] Monday's list is useful. Repairs follow our present process, which is the
                trouble.
                [evidence 4 proof] The only one that shows how many visits each further home would cost us.
                [tenants 2 tenant] Estimates are labelled as such, which is fair to people. Nobody was
                spoken with.
                [stay 3 stay] Six mornings for our analyst is realistic. Anybody may do the refit.
            """),
        },
    ),
    StoryProposal(
        supplier="saltmarsh-studio",
        answers=marked("""
            [act] The tenant hears first. On Tuesday evening the device's card turns from green to amber and
            says: ring Maureen. Maureen is a tenant who is paid for ten hours a week. She visits, looks, and
            books one of four repair slots that your team leader keeps free each week for this. If the four
            are full she says so, honestly, and when. The slots are what matters here. We tried it on paper
            with eleven homes; nine were repaired within 30 days, two waited for a roof.
            [proof] We use the present devices and a rule from the public health guidance: above 70 in 100
            humidity for three days. Maureen's look decides. In eleven homes she agreed with the rule nine
            times. We know that this is few. We would count every disagreement during the first month and
            change the rule if it is wrong more than one time in three.
            [tenant] We found twelve of the tenants who had unplugged. Seven thought we could hear them.
            Four were ashamed of the mould. One needed the socket. So the new card shows its insides through
            a clear back, the visitor is a neighbour, and it runs on a battery. Ten of the twelve plugged in
            again. What they asked for was a date, and to have it kept.
            [stay] The Maureens stay; there would be five by the end. Their supervision should pass to your
            tenants' federation, which is interested and has not yet decided. The slot rule costs nothing.
            How the cards are renewed after three years is still to be worked out, with the federation. We
            would begin that talk in month one.
        """),
        summary=prose("""
            A paid neighbour visits first and books one of four repair slots kept free each week. Ten of
            twelve tenants who had unplugged their device plugged in again once they could see inside it.
            Tried on paper in eleven homes.
        """),
        scores={
            "helen-marlowe": sheet("""
                [action 3 act] Four free slots a week is the first answer here to our queue. Nine of eleven
                within 30 days.
                [evidence 2 proof] Eleven homes and nine agreements is a start. No count of damp homes
                missed.
                [tenants 4 tenant] Went to twelve who had unplugged and won back ten, for reasons that we
                had not known.
                [stay 2 stay] Five paid neighbours, with a federation that has not decided. The fee is
                roughly known.
            """),
            "daniel-osei": sheet("""
                [action 2 act] Slots help, but with 1,700 damp homes four a week is gone by Tuesday noon.
                [evidence 2 proof] Honest about how few homes it rests on. The 70 in 100 rule is known to
                fail in old flats.
                [tenants 4 tenant] The clear back of the card is what I would want in my own home.
                [stay 1 stay] Renewal of cards and supervision of five people are both still to be worked
                out.
            """),
        },
    ),
    StoryProposal(
        supplier="greylag-systems",
        answers=marked("""
            [act] Readings are ingested in near real time and evaluated against configurable thresholds. On
            a breach, an alert is created in the contact centre's queue with the address and the history.
            The agent follows your script. Integration with your repair system is available as an option and
            is priced separately at £38,000. Response within the service level is the responsibility of the
            authority. Twelve landlords use the service today, for 71,000 homes in total.
            [proof] Thresholds follow published guidance and are refined for each property type. Across
            71,000 homes 6.2 in 100 raised an alert last winter. In an audit by one landlord 70 of 100
            alerts were confirmed by an inspector. Homes that raised no alert were not inspected, so that a
            figure for missed homes cannot be given.
            [tenant] Tenants are informed by letter before installation. A privacy notice is provided in
            English, and in other languages on request. Tenants can ask for their data under their statutory
            rights. A leaflet with advice on heating and airing is included and can carry the council's
            logo. Satisfaction is surveyed once a year.
            [stay] The service is a subscription: £3.10 a home each month, fixed for three years, with
            support on working days. Staff are trained online in four hours. On exit all data are handed
            over as files within 30 days. Devices remain the property of the council. Two landlords have
            left so far, and both exports were complete.
        """),
        summary=prose("""
            A subscription at £3.10 a home each month, in use for 71,000 homes. Readings above a threshold
            raise an alert in the contact centre's queue. Data are handed over as files at the end. A
            connection to the repair system is a paid option.
        """),
        scores={
            "helen-marlowe": sheet("""
                [action 1 act] The alert lands in our contact centre and everything after it is described as
                ours.
                [evidence 2 proof] 70 of 100 alerts confirmed in one audit. Quiet homes were never looked
                at.
                [tenants 1 tenant] A letter and a leaflet on airing. We sent that leaflet once, and know how
                it ended.
                [stay 3 stay] A fixed price for three years, short training, and two complete exits on
                record.
            """),
            "daniel-osei": sheet("""
                [action 1 act] The link to our repair system costs £38,000 more, so a reading would start no
                repair.
                [evidence 3 proof] 71,000 homes is a wide base, and it is open about the figure that it
                cannot give.
                [tenants 1 tenant] Rights are listed because they are the law. Nothing that a tenant would
                ask for.
                [stay 3 stay] £3.10 a home and exports that worked twice. I could plan a budget on this.
            """),
        },
    ),
)
