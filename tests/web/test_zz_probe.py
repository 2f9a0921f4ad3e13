from __future__ import annotations
import re, io, os
from collections import Counter
from urllib.parse import quote_from_bytes
from marketplace.models.base import db
from marketplace.models.database import reading
from sqlalchemy import select, func
from tests import factories as f
from tests.web.forms import visit_of, fields_of, a_bare_draft
from tests.web.conftest import new_browser, hidden_in

BAD=["", "\x00", "a\x00b", "\ud800", "x"*20000, "9"*30, "-1", "1e999", "٣", "<script>", "NaN", "\u202e\uffff", "=1+1", "%s%n{0}{__class__}", "\U0001d160"*3000]
SKIP={"throttle","idempotency_key","visit"}
def rows():
    out={}
    with reading() as c:
        for t in db.metadata.sorted_tables:
            if t.name in SKIP: continue
            out[t.name]=c.scalar(select(func.count()).select_from(t))
    return out
def enc(pairs):
    q=lambda s: quote_from_bytes(s.encode("utf-8","surrogatepass"))
    return "&".join(f"{q(k)}={q(v)}" for k,v in pairs)

def fill(rule, values):
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(values[m[1]]), rule)

def test_forms(app):
    app.config["PROPAGATE_EXCEPTIONS"]=False; app.testing=False
    from marketplace.actions import files
    opened=f.an_open_challenge()
    prop=f.a_draft_proposal(opened); sup=opened.suppliers[0]
    fid=files.add(sup.administrator,prop,"a.pdf",b"%PDF-1.7")
    bare=a_bare_draft()
    names=Counter(); bad=[]; half=[]; reach=Counter(); slow=[]
    def worlds():
        yield "open",opened
        yield "bare",bare
        w=f.a_scored_stage(2); yield "scored",w
        w=f.a_scoring_stage(2); yield "scoring",w
        w=f.an_opened_stage(2); yield "opened",w
        w=f.a_noticed_challenge(2); yield "noticed",w
        w=f.a_decided_stage(2); yield "decided",w
    import time
    moves=["send","approve","open","score","notice","award","suspend","resume","reschedule","terminate","end","close","open-proposals","decide","withdraw-offer","deliver","complete"]
    for wn,w in worlds():
        op=f.a_person(operator=True)
        people={"lead":w.editor,"approver":w.approver,"chair":w.chair,"evaluator":w.evaluator}
        if w.suppliers: people["sup"]=w.suppliers[0].administrator
        people["op"]=op
        for who,p in people.items():
            b=visit_of(app,p)
            tok=hidden_in(b.get("/desk/organisations/new"),"csrf_token")
            for rule in app.url_map.iter_rules():
                if "POST" not in rule.methods: continue
                r=rule.rule
                if r in ("/sign-out","/account"): continue
                v=dict(ref=w.ref,slug=(w.suppliers[0] if who=="sup" else w.authority).slug,number=1,stage=1,letter="A",question_id="team",token="x",index=1,file_id=fid)
                if "/desk/proposals" in r:
                    if not w.proposals: continue
                    v["ref"]=w.proposals[0]
                if "members" in r: v["ref"]=p.ref
                alts=[{}]
                if r.endswith("moves/<name>"): alts=[{"name":m} for m in moves]
                if r.endswith("sections/<name>"):
                    from marketplace.rules.challenges import SECTIONS
                    alts=[{"name":m} for m in SECTIONS]
                for alt in alts:
                    a=fill(r,v|alt)
                    page=b.get(a)
                    if page.status_code!=200 or "<form" not in page.text.split("<main",1)[-1]:
                        fields={}
                    else:
                        fields=fields_of(page); reach[(r)]+=1
                        # names of radios unchecked
                        for n in re.findall(r' name="([^"]*)"',page.text.split("<main",1)[1]): fields.setdefault(n,[])
                    base=[(k,x) for k,vs in fields.items() for x in (vs if isinstance(vs,list) else [vs])]
                    if not any(k=="csrf_token" for k,_ in base): base+= [("csrf_token",tok),("once","k"*20)]
                    def go(pairs,tag,ct="application/x-www-form-urlencoded"):
                        before=rows()
                        t=time.time()
                        try: s=b.post(a,data=enc(pairs) if isinstance(pairs,list) else pairs,content_type=ct)
                        except Exception as e: bad.append((wn,who,a,tag,repr(e)[:150])); return
                        if time.time()-t>1: slow.append((a,tag,time.time()-t))
                        if s.status_code>=500: bad.append((wn,who,a.replace(w.ref,"REF"),tag,s.status_code))
                        elif s.status_code>=400:
                            after=rows()
                            if after!=before: half.append((wn,who,a.replace(w.ref,"REF"),tag,s.status_code,{k:(before[k],after[k]) for k in after if after[k]!=before[k]}))
                        names[s.status_code]+=1
                    if os.environ.get("SINGLE") and fields:
                        for k in list(fields):
                            if k in("csrf_token",): continue
                            for x in BAD:
                                go([(n,y) for n,y in base if n!=k]+[(k,x)],(k,x[:8]))
                            go(base+[(k,"a"),(k,"b"),(k,"")],(k,"dup"))
                            go([(n,y) for n,y in base if n!=k],(k,"absent"))
                    else:
                        for x in BAD:
                            go([(n,(y if n in("csrf_token","once") else x)) for n,y in base]+[(k,x) for k in fields if not fields[k]],("all",x[:8]))
                        go(b'{"a":1}',"json","application/json")
                        go(b'--x\r\nbroken',"mp","multipart/form-data; boundary=x")
                        go(b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00\xff.pdf"\r\n\r\n%PDF\r\n--x--',"mp2","multipart/form-data; boundary=x")
                        go(b'a=\xff\xfe&%ff=%fe&=&&&;',"bytes","application/x-www-form-urlencoded; charset=utf-7")
                        go(b'a',"noboundary","multipart/form-data")
    for x in sorted(set(map(str,bad)))[:60]: print("BAD",x)
    for x in half[:30]: print("HALF",x)
    print(names); print("unreached",[r.rule for r in app.url_map.iter_rules() if "POST" in r.methods and r.rule not in reach]); print("slow",slow[:5])
