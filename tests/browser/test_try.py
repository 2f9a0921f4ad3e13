import time
import pytest
@pytest.mark.browser
@pytest.mark.parametrize("scripts",[True,False])
def test_try(somebody, scripts):
    t=time.time()
    a=somebody("Ada Editor", scripts=scripts)
    a.registers()
    print(time.time()-t)
    for p in ["/","/challenges","/trail","/guides","/desk","/account"]:
        t=time.time(); a.page.goto(p); t1=time.time()
        from tests.browser import checks
        checks._named(a.page); t2=time.time(); checks._narrow(a.page); t3=time.time(); 
        print(p, t1-t, t2-t1,t3-t2)
        try:
            a.page.evaluate(checks.AXE); t4=time.time(); print(a.page.evaluate(checks.RUN_AXE)); print(" axe", t4-t3, time.time()-t4)
        except Exception as e: print("axe",e)
