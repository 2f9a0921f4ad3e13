"""What four suppliers propose for owners of small firms, and how three evaluators score it."""

from __future__ import annotations

from marketplace.demo.story import StoryProposal, marked, prose, sheet

PROPOSALS: tuple[StoryProposal, ...] = (
    StoryProposal(
        supplier="quillback",
        answers=marked("""
            [owner] She answers 14 questions, most with yes or no, one of them: does anything of yours stand
            on the pavement? It takes eleven minutes and survives being put down. At the end she has three
            lists. Do this now: 6. You do this already: 31. Does not apply to you, although people will say
            so: 5. A fourth list is short and odd: lawyers disagree about these 2, and here is what a
            careful baker does. Each line opens to the rule itself.
            [right] Two of our lawyers write each answer without seeing the other's. Where they differ, a
            third decides, or it goes on the list of disagreements. On your 120 firms our draft was wrong in
            4 of 100 answers, 3 of them by saying that a rule applies when it does not. When a text changes,
            every answer that hangs on it is greyed out until two people have read it again. That took two
            days on average last spring, and nine at worst.
            [reach] Banks ask new firms for a purpose when they open an account. Two banks would hand over
            our link there, one has put it in writing. Beyond that we rely on accountants. We do not reach
            firms that are old and have never had a letter; we have no idea how to.
            [run] £58,000 a year for three kinds of firm: a lawyer for three days a week, a programmer for
            one, and hosting. A usual change in law is four hours, a large one forty. Questions, answers and
            links are published, so another firm could go on with them. The program that greys out answers
            stays ours, and is described in full.
        """),
        summary=prose("""
            Fourteen questions lead to four lists: do now, done already, does not apply, and the few on
            which lawyers disagree. Two lawyers write each answer apart. On 120 firms 4 in 100 answers were
            wrong. When a rule changes, its answers are greyed out until read again.
        """),
        scores={
            "margaret-foyle": sheet("""
                [understood 3 owner] The list of what does not apply would have calmed every owner I know.
                No test with owners.
                [correct 4 right] Four wrong in a hundred, measured on our firms, and the direction of the
                mistakes is told.
                [reach 2 reach] One bank in writing and accountants. Old firms are beyond it, as the answer
                admits.
                [running 3 run] Hours for small and large changes in law, and days for named trades of
                people.
            """),
            "yusuf-demir": sheet("""
                [understood 3 owner] Eleven minutes that survive being put down. Fourteen questions cover
                the pavement table.
                [correct 4 right] Two lawyers apart, a third to decide, and answers that grey out. Nothing
                here is left to trust.
                [reach 3 reach] Opening an account is a moment that every firm passes. Only one bank has
                signed.
                [running 4 run] Everything that a successor needs is published, apart from a program that is
                described.
            """),
            "clara-hensley": sheet("""
                [understood 4 owner] Tried against the 120 firms of our baseline, and the disagreements are
                put in a baker's words.
                [correct 4 right] The list of disagreements is worth the money alone. Nine days at worst is
                stated.
                [reach 3 reach] The bank's question about purpose comes before the first mistake. Good
                timing.
                [running 3 run] £58,000 for three trades is clear. The part that greys out answers stays
                with them.
            """),
        },
    ),
    StoryProposal(
        supplier="saltmarsh-studio",
        answers=marked("""
            [owner] We spent nine mornings in bakeries. She does not sit down until two. So it comes as one
            question a day for three weeks, read aloud by her telephone while she kneads: Is there a table
            outside? Yes. Then you need this, it costs that, shall I remind you on Monday? Eighteen bakers
            tried it. After three weeks they named 71 in 100 of their rules, against 36 before, and two said
            that they looked forward to it.
            [right] A solicitor reads every answer once, and each says where it comes from. When a rule
            changes we hear of it from the regulators' newsletters. We know that one reader misses things;
            we have not counted how many. If a baker writes that something is wrong, we answer within a day
            and change it. Unclear rules are marked with: ask us, we will ask them.
            [reach] Flour merchants, hair wholesalers, builders' yards. They call at the door each week, and
            the driver carries a card. Two merchants in Merrowby did this for a month, and 40 in 100 of the
            customers who were given the card began. Others have said that they will. Nobody there looks for
            rules; everybody looks for flour.
            [run] About £70,000 a year, for a solicitor on one day a week and two of us. We have not costed
            a change in law; there were three last year in food, and we managed. The texts are open. The
            conversation of the telephone runs on a product that we rent, and whose price may change.
        """),
        summary=prose("""
            One question a day for three weeks, read aloud while the owner works. Eighteen bakers tried it
            and named 71 in 100 of their rules, from 36. Flour merchants' drivers hand out the card. One
            solicitor reads each answer.
        """),
        scores={
            "margaret-foyle": sheet("""
                [understood 4 owner] From 36 to 71 in 100 with eighteen bakers, who did it while kneading.
                [correct 2 right] Sources are given. One solicitor reads once, and mistakes have not been
                counted.
                [reach 3 reach] The flour driver comes every week. Two merchants for a month, with figures.
                [running 2 run] £70,000 and a solicitor's day. What a change in law would cost is not worked
                out.
            """),
            "yusuf-demir": sheet("""
                [understood 4 owner] A question a day fits people who do not sit down until two. And it was
                tried.
                [correct 3 right] Source and a daily correction, which I value, though a second reader is
                missing.
                [reach 4 reach] 40 in 100 of those given a card began. Merchants agreed to go on with it.
                [running 2 run] They managed three changes last year. A rented product may become dearer.
            """),
            "clara-hensley": sheet("""
                [understood 4 owner] Nine mornings in bakeries show in every line. Half an hour is spread
                over weeks.
                [correct 2 right] Newsletters are how changes are noticed. We know how late those can be.
                [reach 3 reach] Goes where owners are. Builders' yards have said yes but have not tried it.
                [running 3 run] Texts are open and two people named. The cost of changes could be guessed
                from last year.
            """),
        },
    ),
    StoryProposal(
        supplier="marram-analytics",
        answers=marked("""
            [owner] She types what she does in a sentence: bakery, four tables, one outside, two staff. The
            system finds the twenty firms most like hers in your test and in inspectors' records. She gets a
            list of rules with a number: 97 in 100 that it applies, or 60. Those above 90 are the first
            page. It takes three minutes. Numbers between 40 and 60 come with a sentence that says what
            would settle them.
            [right] For each number we can say how often it was true. Of rules given 90 or more, 93 in 100
            applied; of those given about 50, 47 did. That is on 30 firms which the model had not seen. It
            learns from firms that exist, so a new rule has no neighbours and is invisible until a person
            adds it. We would need your inspectors for that, an hour each week.
            [reach] We hope that chambers of commerce and banks will place it on their pages, and that
            advisers use it during their calls. None of them has been asked so far. The format is suited to
            being placed on other people's pages, and we would supply it to them free of charge.
            [run] £34,000 a year: 40 days of a statistician, hosting, and a refit each quarter, written up.
            New law costs an inspector's hour and half a day of ours. Code and data are open, with tests. A
            competent analyst could take over in two weeks, and we would be glad to show them.
        """),
        summary=prose("""
            An owner describes the firm in a sentence and sees, for each rule, how likely it is to apply,
            learned from similar firms. Of rules given 90 or more in 100, 93 applied. New rules need a
            person to add them.
        """),
        scores={
            "margaret-foyle": sheet("""
                [understood 2 owner] Three minutes is short. What should she do about a rule at 60 in 100?
                [correct 3 right] Says how often each number was true, on 30 unseen firms. New rules are
                invisible.
                [reach 2 reach] Chambers and banks are the right people. None of them has been asked.
                [running 3 run] Forty days, an inspector's hour for each change, and a quarterly refit.
            """),
            "yusuf-demir": sheet("""
                [understood 2 owner] A sentence is easy to write. The reply is a table of chances and not a
                plan.
                [correct 3 right] The check on held-back firms is well done. The source text of a rule is
                not shown.
                [reach 2 reach] Hopes for partners. Being easy to place on other pages may help them.
                [running 3 run] The cheapest to run by far. It leans on our inspectors every week.
            """),
            "clara-hensley": sheet("""
                [understood 3 owner] The sentence that says what would settle a doubt is what an owner can
                act on.
                [correct 2 right] Likeness to other firms is not the law. An odd bakery would be told wrong
                things.
                [reach 2 reach] Nothing agreed with anybody. Advisers on calls is the part that I believe.
                [running 3 run] Two weeks for another analyst to take over, with tests. Cost is itemised.
            """),
        },
    ),
    StoryProposal(
        supplier="greylag-systems",
        answers=marked("""
            [owner] The owner selects sector, size and location, and receives the applicable regulations in
            a structured view by regulator. Each entry has a summary in plain English, the duty, the
            deadline and the penalty. For a food business with seating the view holds 52 entries on six
            pages. It can be printed, exported and shared with an adviser. Readers may filter by deadline.
            In user research the view was described as complete.
            [right] Content is maintained by a legal publisher under contract. Each entry has its source and
            the date of its last review. Changes are taken over within ten working days. Two editors sign
            each change. In the case of doubt the stricter reading is given. The publisher does not disclose
            its rate of error. A disclaimer applies, since the service is information and not legal advice.
            [reach] We run the registration service for new firms in four areas, yours among them. The link
            would appear on the confirmation that every new firm receives, 7,000 times a year, and again
            with the first yearly return. The registrar has agreed in writing, subject to accessibility
            tests, which are booked.
            [run] £88,000 a year for licence, content and support, with a service manager for two days a
            month. Changes in law are included up to sixty a year and cost £450 each after that. The content
            is the publisher's and may not be passed on, which we understand differs from your terms; we
            would like to talk about it.
        """),
        summary=prose("""
            A structured view of the regulations for each sector, kept by a legal publisher and signed by
            two editors. The link reaches 7,000 new firms a year with their confirmation of registration.
            £88,000 a year.
        """),
        scores={
            "margaret-foyle": sheet("""
                [understood 2 owner] Summaries are plain, sorted by regulator. 52 entries is more than the
                47 that bind her.
                [correct 2 right] Source and date on each, two editors sign. The stricter reading hides real
                doubt.
                [reach 4 reach] On the confirmation that every new firm gets, and the registrar has agreed
                in writing.
                [running 3 run] Price for each further change is stated. The content could not be handed on.
            """),
            "yusuf-demir": sheet("""
                [understood 1 owner] Six pages by regulator. The baker would have to know who licenses
                pavements.
                [correct 3 right] A professional publisher with two signatures and ten days. I would rely on
                it.
                [reach 3 reach] 7,000 new firms a year. The 62,000 that exist already see it with a return.
                [running 3 run] Sixty changes a year included. It is the dearest, but nothing is vague.
            """),
            "clara-hensley": sheet("""
                [understood 2 owner] Duty, deadline and penalty side by side is helpful. What she can ignore
                is not said.
                [correct 3 right] Reviewed and dated. No rate of error is disclosed, which I would have
                asked for.
                [reach 3 reach] Registration is the right moment, still subject to accessibility tests.
                [running 3 run] Support and a manager are named. It departs from our open terms, and says
                so.
            """),
        },
    ),
)
