"""What five suppliers propose for the first conversation, and how two evaluators score it."""

from __future__ import annotations

from marketplace.demo.story import StoryProposal, marked, prose, sheet

PROPOSALS: tuple[StoryProposal, ...] = (
    StoryProposal(
        supplier="bellwether",
        price=23_400_000,
        answers=marked("""
            [first] Kayleigh is 15 and sits behind Dean on the bus. Dean says that he has not slept since
            March. Before, she would have made a joke; she told us so. Now she says: do you want me to
            listen or to help? He wants her to listen. It takes the whole ride. The next day she asks one
            question, which is all that we teach: same or different today? We practise this with
            14-year-olds in pairs, three times 40 minutes. In two towns the share who felt listened to went
            from 34 to 52 in 100.
            [young] We came with eight sentences to learn by heart. Our board's under-25s threw out seven. A
            boy who had told nobody for two years wrote the one that stayed. Young people choose who is
            trained, run the sessions with one adult at the back, and can end it in their school by a vote.
            One school did. They thought that the adult was taking notes, and she was.
            [harm] The listener can break. So each has a named adult, and a rule without exceptions: you
            never promise to keep a secret about dying. Our duty worker answers until ten at night, and
            calls your crisis team herself. It was needed 14 times last year. Twice the listener needed us
            more than the friend did. We also lost touch with one listener, and changed the check to weekly
            after that.
            [after] A school costs £5,200 in its first year and £1,900 after that, because last year's
            listeners train the next. Three schools go on from their own funds today. The duty worker is the
            part that somebody has to pay for: £31,000 a year for the area. We have no payer for that beyond
            the third year.
        """),
        summary=prose("""
            Friends are told first, so friends practise listening: three sessions in pairs, run by young
            people. In two towns the share who felt listened to rose from 34 to 52 in 100. Each listener has
            a named adult, and a duty worker answers until ten at night.
        """),
        scores={
            "ritu-banerjee": sheet("""
                [listening 4 first] From 34 to 52 in 100 in two towns, with a question that a 15-year-old
                would ask.
                [young 4 young] Seven of eight sentences thrown out, and a school that voted to stop. That
                is deciding.
                [safe 3 harm] Named adults, weekly checks and a rule about secrets. One listener was lost
                from view.
                [lasting 3 after] Last year's listeners train the next for £1,900. The duty worker is paid
                for three years.
            """),
            "callum-reid": sheet("""
                [listening 3 first] The bus is where it happens. The gain in two towns has no comparison
                with other towns.
                [young 4 young] The sentence that stayed came from a boy who had told nobody for two years.
                [safe 3 harm] Used 14 times and honest about what went wrong. Ten at night is early for this
                age.
                [lasting 2 after] Clear sums for schools. Beyond year three there is no payer for £31,000.
            """),
        },
    ),
    StoryProposal(
        supplier="two-lighthouses",
        price=22_100_000,
        answers=marked("""
            [first] On our island nobody sits down to talk. They walk, or mend something. So every Thursday
            there is a walk to the north light and back, 50 minutes, with a dog, two by two, and you change
            partners at the gate. Facing forward makes it easier. In week six Eilidh, who is 13, said it to
            the ferry's mate. He said: I had that. Of 22 who came, 9 had told nobody before. We asked all 22
            how it was, in writing, at three points: 17 felt listened to at the end, 6 at the start.
            [young] The dog was theirs. So was changing partners, because being stuck with a teacher for 50
            minutes was the worst that they could think of. They decide who may walk: two adults were asked
            not to come back, kindly. Three of the five who plan it had told nobody before. We are not sure
            that a town would take to it, and would let four pupils in Caldrum find out first.
            [harm] Everybody knows everybody, so nobody may repeat what was said, and somebody will. It
            happened once; the two families came to us and it was mended, mostly. Sam is a nurse with
            training in this and has the crisis team's number. On the days when the ferry does not run we
            have no second nurse. Adults who walk meet once a month to talk about what they carry.
            [after] The dog eats £30 a month. We count 6 hours a week for someone who is known, about £5,000
            a year for each place. Ours has run for 14 months without any money. Islands can do that. A town
            would need the £5,000, and the council's youth fund has said that it would consider half.
        """),
        summary=prose("""
            A walk once a week, two by two, changing partners at the gate. Nobody has to sit down to talk.
            Of 22 who came on one island, nine had told nobody before, and 17 felt listened to in the end.
            It has run for 14 months without money.
        """),
        scores={
            "ritu-banerjee": sheet("""
                [listening 4 first] 6 of 22 at the start and 17 at the end, asked three times. Facing
                forward is wise.
                [young 3 young] The dog, the gate and the veto on adults are theirs. A town's young people
                come later.
                [safe 2 harm] Sam is qualified. On ferry days there is nobody, and the answer says so.
                [lasting 2 after] £5,000 for each place. Half of it is being considered, and that is not yet
                a payer.
            """),
            "callum-reid": sheet("""
                [listening 4 first] The ferry's mate said: I had that. I have not read a better first
                conversation.
                [young 4 young] Three of the five who plan it had told nobody before. They sent two adults
                away.
                [safe 3 harm] Walkers meet each month about what they carry, and one breach was faced
                openly.
                [lasting 3 after] Fourteen months unpaid is hard to argue with. Whether a town can is
                unknown.
            """),
        },
    ),
    StoryProposal(
        supplier="saltmarsh-studio",
        price=24_700_000,
        answers=marked("""
            [first] The football coach stays behind to collect the cones. Rory helps, slowly. The coach has
            learned one thing from us, which is not to fill the silence. Rory says that he is not going to
            the trip. The coach says: I noticed. That is all on the first day. We work with adults who are
            there anyway: coaches, drivers, kitchen staff, two hours each, then a short call every other
            week. In Merrowby 40 of them reported 63 such moments in a term. We have their word for it, and
            not the young people's.
            [young] Sixteen pupils told us which adults they would tell, and it was hardly ever the one with
            the badge. That changed our list: teachers out, kitchen in. They made the films that adults
            watch, and decide which adults are asked. We found it hard to reach pupils who tell nobody, and
            had none in the group as far as we know.
            [harm] An adult may hear more than they can hold. Each has a partner and a clinician's hour on
            Tuesdays and Fridays. For danger there is a card with three steps, agreed with a hospital. A
            coach may also be the wrong person; pupils can say so without giving a reason, and that adult is
            thanked and not used. So far it has happened four times.
            [after] £240 for each adult in the first year and £60 after that. The council's sports and
            catering teams have agreed to free the hours, and the sports trust pays the £60. A coordinator
            for one day a week would be yours. Without a coordinator, in our experience, it fades within two
            terms.
        """),
        summary=prose("""
            Coaches, drivers and kitchen staff learn not to fill the silence. Young people choose the
            adults. Forty of them reported 63 first conversations in a term. Each adult has a partner and a
            clinician's hour twice a week.
        """),
        scores={
            "ritu-banerjee": sheet("""
                [listening 3 first] Kitchen staff and coaches are there anyway. The 63 moments are adults'
                own reports.
                [young 3 young] Pupils took teachers off the list and pick the adults. The silent ones are
                missing.
                [safe 3 harm] A partner, two clinician's hours, and a way to decline an adult, used four
                times.
                [lasting 3 after] £60 an adult paid by the sports trust. It fades without a coordinator,
                they warn.
            """),
            "callum-reid": sheet("""
                [listening 3 first] Collecting cones in silence rings true. I miss what Rory himself would
                say.
                [young 3 young] The films are by pupils and decide what adults see. Sixteen pupils from one
                school.
                [safe 3 harm] The card of three steps was agreed with a hospital. Listeners have a partner.
                [lasting 3 after] Hours freed by two council teams are real money. One day a week falls to
                us.
            """),
        },
    ),
    StoryProposal(
        supplier="greylag-systems",
        price=19_500_000,
        answers=marked("""
            [first] A pupil opens the wellbeing check-in on a school device and answers nine questions from
            a validated questionnaire. Where the result is above the threshold a trained counsellor invites
            the pupil to a video conversation within 48 hours. In a comparable area 12 in 100 pupils
            completed the check-in each month, and 340 conversations took place in a year. Median time from
            first check-in to first conversation was six days.
            [young] A panel of 30 pupils tested the check-in before release and rated it 4.1 of 5. Following
            their comments the colours were changed and a progress bar was added. Pupils can send feedback
            at any time from the menu. The clinical content is fixed, since the questionnaire is validated
            only as a whole.
            [harm] Answers that indicate danger reach the duty counsellor within 15 minutes, at any hour,
            and then your crisis team by an agreed protocol. It was used 22 times last year, each within the
            time. Counsellors have supervision every two weeks. False positives are about 30 in 100, and
            these pupils are told by a person, not by a message. Friends are outside the service.
            [after] £9.80 a pupil each year, for 38,000 pupils £372,000, with a discount for a term of five
            years. Schools in the comparable area pay half, and the health board the other half. Fewer
            pupils can be covered for less. Reports for each school are included, without names and without
            groups under ten.
        """),
        summary=prose("""
            A questionnaire on school devices, followed by a video conversation with a counsellor within 48
            hours where needed. Signs of danger reach a duty counsellor within 15 minutes at any hour. £9.80
            a pupil each year.
        """),
        scores={
            "ritu-banerjee": sheet("""
                [listening 2 first] Six days to a counsellor is quick. It begins with nine questions on a
                screen.
                [young 1 young] Thirty pupils rated it after it was built, and the colours changed.
                [safe 3 harm] 22 alarms, each within 15 minutes, day and night. Counsellors are supervised.
                [lasting 3 after] A price for each pupil and a payer elsewhere. The sum is large for us.
            """),
            "callum-reid": sheet("""
                [listening 1 first] Those who tell nobody are asked to tell a school computer. 12 in 100
                did.
                [young 2 young] A progress bar was added on request. Content is closed to pupils by design.
                [safe 4 harm] It was needed 22 times and held. False alarms are told by a person.
                [lasting 4 after] Running in another area today, with schools sharing the cost.
            """),
        },
    ),
    StoryProposal(
        supplier="open-bench",
        price=18_200_000,
        answers=marked("""
            [first] A mother finds a note in a coat. She does not know what to say, so she looks it up at
            night. Today she finds adverts. We would write and keep a free collection of first sentences:
            what to say, what not to say, for a mother, a friend, a coach, with recordings of how it sounds.
            The next morning she says: I found this and I am not cross. We have 60 such sentences from a
            library project, read 9,000 times last year.
            [young] Twenty students in Torwell rewrote our sentences, because, as one said, no one has ever
            said 'I hear you' on purpose. About half were changed. They get a small fee and their name if
            they want. For your area we would ask a group in each of the four schools to do it again, since
            words differ from place to place, and they may remove whatever they like.
            [harm] Somebody may read a sentence and be left alone with the answer. On each page stands the
            number of the crisis line and of the emergency service. We are not clinicians and do not answer
            messages. A page can be wrong; two psychologists read all of them once a year without a fee, and
            corrections are dated and listed.
            [after] Everything is free to copy for ever. To keep it current costs about £7,000 a year. We do
            not know who pays that after your year; last time it was a foundation, and before that a biscuit
            factory. It would stay readable in any case. Nobody is employed for it except one editor, for a
            day a week.
        """),
        summary=prose("""
            A free collection of first sentences for parents, friends and coaches, with recordings,
            rewritten by students in their own words. Free to copy for ever, about £7,000 a year to keep
            current.
        """),
        scores={
            "ritu-banerjee": sheet("""
                [listening 2 first] Helps the mother with the note to begin. What she hears back is hers
                alone.
                [young 2 young] Students rewrote half of the sentences. They decide on words and not on the
                work.
                [safe 1 harm] Numbers on each page, and nobody who answers. They name this gap themselves.
                [lasting 2 after] £7,000 a year with no payer, though the text stays free and readable.
            """),
            "callum-reid": sheet("""
                [listening 2 first] Sixty sentences read 9,000 times. No way to know whether a talk
                followed.
                [young 3 young] A group in each school may remove what it likes, and that goes beyond
                advice.
                [safe 1 harm] Two psychologists read it once a year. For a bad night there is a number.
                [lasting 2 after] Cheap and free to copy. The biscuit factory made me smile, but is no plan.
            """),
        },
    ),
)
