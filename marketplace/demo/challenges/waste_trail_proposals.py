"""What five suppliers propose for following waste, and the scores given so far."""

from __future__ import annotations

from marketplace.demo.story import StoryClarification, StoryDoubt, StoryProposal, marked, prose, sheet

PROPOSALS: tuple[StoryProposal, ...] = (
    StoryProposal(
        supplier="corvid-trace",
        answers=marked("""
            [cab] I drove a skip lorry for fourteen years, so I know where the hands are. The driver scans
            the skip's painted number with the telephone already on the dashboard. Two taps: what, where to.
            Eighteen seconds, timed with six drivers, in gloves. Without a signal it waits in the telephone
            and goes later. If the telephone is dead, the driver calls out the number at the weighbridge,
            and the record starts there, marked late.
            [crime] The old trick is the copied note: one good note, nine loads. A skip cannot be in two
            places, and it has a volume. We compare what a site takes in with what it sends on. A site that
            takes in 900 tonnes and sends on 40 has a hill or a hole. On one county's published returns this
            pointed at seven sites. Four were known to you, one was wrong, two you may want to visit.
            [others] Firms without us send a spreadsheet with five columns, or a photograph of the note,
            which we read and they confirm. One rival sends us files already. The five columns are
            published. We would rather compete on the cab than on the format. Half of small carriers will
            choose the photograph at first, and that costs us a clerk.
            [phase] Sixty drivers from nine firms, one sorting yard, ten weeks. We weigh what goes in and
            out and see how far the records explain it. If more than 20 in 100 of the weight stays
            unexplained, following through sorting does not work and phase 2 would be money lost. My partner
            was a fraud investigator and will say so before I do.
        """),
        summary=prose("""
            Drivers scan a number painted on the skip: eighteen seconds, with or without a signal. Sites
            whose incoming and outgoing weights do not fit stand out. Others join with a five-column file.
            Sixty drivers and one sorting yard would test it.
        """),
        clarification=StoryClarification(
            kind="ambiguity",
            answer="cab",
            question="Eighteen seconds with six drivers: is that the mean of all of them, or the best run?",
            reply="The mean of 60 runs, ten by each of the six. The slowest run took 41 seconds, with wet gloves.",
        ),
        scores={
            "ngozi-okafor": sheet("""
                [follow 3 phase] The sorting yard is weighed in and out for ten weeks. No real loads have
                been followed yet.
                [burden 4 cab] Eighteen seconds with six drivers in gloves, and a way on when the telephone
                dies.
                [crime 3 crime] Incoming against outgoing tonnes found seven sites, one of them wrongly. One
                county only.
                [open 4 others] Five columns, published, and a competitor sends files in them today.
            """),
            "peter-lindqvist": sheet("""
                [follow 3 phase] Gives a limit of 20 in 100 for unexplained weight, which is the right thing
                to measure.
                [burden 4 cab] Written by somebody who has sat in the cab. The dead telephone is thought of.
                [crime 3 crime] Explains the copied note and how volume gives it away. Says that one site
                was wrong.
                [open 3 others] The format is there. I see no test that a stranger could run before sending
                a file.
            """),
            "ruth-abel": sheet("""
                [follow 3 phase] Sorting is part of the test and not left for later. Mixing of loads before
                it is not covered.
                [burden 4 cab] Two taps and a scan, timed. Starting late at the weighbridge keeps small
                firms in.
            """),
        },
    ),
    StoryProposal(
        supplier="marram-analytics",
        answers=marked("""
            [cab] Nothing changes in the cab. We believe that drivers should be the last to be asked for
            more. We start with records that exist: weighbridge tickets, invoices, tax on landfill. Each is
            made for money, so somebody has checked it. A carrier sends what its bookkeeper has, once a
            month. That is 20 minutes a month for an office, and nothing for a driver. It also means that we
            know things a month late.
            [crime] Take waste described as soil to avoid tax. A firm's soil weighs like plasterboard: the
            tonnes for each lorry are wrong. We model what a load of each kind weighs on each kind of
            vehicle and list the firms furthest from it. On your 900 notes, with kinds swapped on purpose in
            50, we found 37 and accused 22 wrongly. An officer would have to look at 59 to find 37. That is
            honest and not yet good.
            [others] Everybody already writes invoices. We read the four most used formats and publish how.
            Those who pay in cash and write nothing are not seen by us at all, and these are the ones you
            most want. A rival's records could be added to ours as a fifth source, in about two days of
            work.
            [phase] Twelve carriers' invoices for two years, against your twelve closed cases. If we would
            have put fewer than four of those twelve in the first hundred names, the method is too weak for
            enforcement, and we would hand over the reading of invoices and leave. Rachel Winfield does the
            analysis herself.
        """),
        summary=prose("""
            Uses records that exist for money's sake, such as weighbridge tickets and invoices, and asks
            nothing of drivers. Finds loads whose weight does not fit their description: 37 of 50, with 22
            false alarms. Knows things a month late, and does not see those who work for cash.
        """),
        scores={
            "ngozi-okafor": sheet("""
                [follow 2 phase] Invoices give both ends of a sale. What happens inside a sorting yard
                leaves no invoice.
                [burden 3 cab] Nothing for a driver and 20 minutes a month for an office. A month late, as
                they say.
                [crime 3 crime] 37 of 50 swapped kinds found with 22 false alarms, on our own notes. Clear
                and repeatable.
                [open 3 others] Reads four invoice formats and says how. People who work for cash are
                missing.
            """),
            "peter-lindqvist": sheet("""
                [follow 1 phase] I cannot see a load here, only a firm's totals. A dumped skip could not be
                followed back.
                [burden 3 cab] Leaves the driver alone, which is worth a lot. The bookkeeper's 20 minutes
                are untested.
                [crime 3 crime] The weight of each kind on each vehicle is a good idea, and its error is
                stated.
                [open 2 others] Published readers for four formats. The smallest carriers use none of the
                four.
            """),
        },
    ),
    StoryProposal(
        supplier="greylag-systems",
        answers=marked("""
            [cab] The driver signs in to the mobile client, selects the job dispatched by the office, and
            confirms collection with a signature on screen. Typical time is 90 seconds. The client works
            without a signal for up to eight hours. A rugged handset is recommended and costs £410. Training
            takes half a day for a driver and is offered online. The client has been used by 3,100 drivers
            in parcel delivery since its release.
            [crime] Each movement is an entry that cannot be altered after confirmation by both parties.
            Where the two weights differ by more than a set tolerance, an alert is raised. In parcel
            delivery disputes fell by 40 in 100. A party that records a false weight at both ends would not
            be detected by this; random inspection remains necessary.
            [others] Partners connect through our interface, which is documented for customers. A connection
            takes four to six weeks for each partner. Smaller firms may use a web form at no charge for up
            to 50 movements a month. Above that number a licence for each user applies, at the list price of
            £14 a month.
            [phase] We would configure the client for waste codes, connect two national carriers with 800
            vehicles together, and report volumes and disputes after twelve weeks. Since the product is
            proven, we see the risk as low and do not propose a point at which to stop. A steering group may
            meet each month.
        """),
        summary=prose("""
            A mobile client proven in parcel delivery, set up for waste codes. Both parties confirm each
            movement, and differing weights raise an alert. Two national carriers with 800 vehicles would
            take part. Smaller firms may use a web form.
        """),
        scores={
            "ngozi-okafor": sheet("""
                [follow 1 phase] Parcels stay whole. Nothing is said about what a sorting yard does to a
                load.
                [burden 2 cab] 90 seconds is better than four minutes, but a £410 handset is not less for a
                firm of two.
                [crime 2 crime] Differing weights are caught. They say openly that two false weights that
                agree are not.
                [open 1 others] Four to six weeks for each partner, and the description is for customers
                only.
            """),
        },
    ),
    StoryProposal(
        supplier="open-bench",
        answers=marked("""
            [cab] We do not make the thing in the cab. Others do that better. We make what lies between: one
            small record of a movement that any maker's product can write and read, and a free reference
            version that a driver can use on any telephone until somebody sells a nicer one. That takes
            about 70 seconds, timed at a kitchen table and not in a cab, so please add to it.
            [crime] A note with the site's name but no site behind it: each record is countersigned by the
            receiving site with a key that comes from your register. A closed site has no valid key. Then
            the copied note cannot be completed, and an officer sees loads that left and never arrived. A
            corrupt site that is open can still countersign anything. For that you need scales, and people.
            [others] That is the whole idea. Format, tests and examples are public from the first week. Two
            of the other firms that we expect to bid have read the draft, and one has run our tests and
            found three mistakes, for which we are grateful. Firms without any product can send the same
            record from a spreadsheet.
            [phase] Three makers' products exchange 5,000 real movements in one valley. We measure how many
            arrive with both ends in agreement. Under 80 in 100 after eight weeks, or if no second maker
            takes part, the format has failed and should not go into a law. We would publish why, with the
            records that broke it.
        """),
        summary=prose("""
            One open record of a movement, countersigned by the receiving site with a key from the public
            register, so that any maker's product can take part. A closed site cannot sign. Three makers
            would exchange 5,000 real movements in one valley.
        """),
        doubt=StoryDoubt(
            condition="entity",
            reason="The proposal is signed by a group of people. No legal form is named.",
            reply=prose("""
                We are four people and a constitution of two pages. The form for a community interest company
                is filled in and can be filed the day that you ask. It takes a week. None of us will sign
                an agreement before it is there.
            """),
            refused=False,
            ruling="The condition asks for a legal entity before an agreement, and the reply says when it is there.",
        ),
    ),
    StoryProposal(
        supplier="kelpie-instruments",
        answers=marked("""
            [cab] Nothing, if all goes well. A scale the size of a brick sits under the skip's lifting arm
            and feels when a load goes on and off. It writes down weight, place and time by itself. The
            driver says only what it is, by turning a dial with eight pictures. Five seconds. It works in
            rain because it was made for trawlers. It needs fitting: two hours for a lorry, and £640 for the
            parts.
            [crime] Tipping on the way. The weight falls where there is no site, and the scale has seen it.
            We fitted three council lorries for a month and tipped on purpose twelve times, in agreed
            fields. It saw eleven. It also reported four that were potholes. A driver can unplug it; then
            there is a gap, and a gap is a fact too.
            [others] It writes a text file that anyone can read, with a page that says what each column is.
            Firms without our scale are not seen. At £640 many small ones will not want it, and we would not
            either unless it paid for itself by catching underpaid loads. We have not measured that.
            [phase] Thirty lorries from small firms, half with a dial and half with no dial and the kind
            guessed from weight and place. If guessing is right in fewer than 70 of 100 loads, the dial
            stays, and if drivers leave the dial on soil all day, which we fear, then kinds must come from
            elsewhere.
        """),
        summary=prose("""
            A scale under the lifting arm that notes weight, place and time by itself, and a dial with eight
            pictures for the kind of waste. In a month on three lorries it saw eleven of twelve loads tipped
            on purpose. £640 a lorry.
        """),
        doubt=StoryDoubt(
            condition="free",
            reason="Answer 1 asks each firm to pay £640 for the parts of a lorry, also in phase 1.",
            reply=prose("""
                We are five people and cannot give thirty scales away. We could rent them out for £25 a month
                while phase 1 lasts, and take half of that off the price if a firm keeps its scale.
            """),
            refused=True,
            ruling="A rent is a payment as well. Every other proposal lets firms take part at no cost.",
        ),
    ),
)
