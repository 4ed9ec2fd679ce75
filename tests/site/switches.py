"""The faults that a test can switch on for a pattern of paths, by name. Each gives its rule; ``clear()`` ends all."""

import threading
import time

from tests.site import damage
from tests.site.faults import Fault, Faults, Hold


class Switches:
    """One method a fault. ``times`` is how many requests it meets, None for all until ``clear()``."""

    faults: Faults

    def _add(self, fault: Fault) -> Fault:
        return self.faults.add(fault)

    def fail(self, pattern, *, status=500, times=None, retry_after=None, body=b"<html><body>error</body></html>"):
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
        return self._add(Fault(pattern, times, status=status, headers=headers, body=body, type="text/html"))

    def slow(self, pattern, *, delay=0.0, dribble=0.0, times=None):
        return self._add(Fault(pattern, times, delay=delay, dribble=dribble))

    def cut(self, pattern, *, after=100, times=None):
        """The body ends early: Content-Length promises more than is sent."""
        return self._add(Fault(pattern, times, cut=after))

    def reset(self, pattern, *, times=None):
        return self._add(Fault(pattern, times, reset=True))

    def garbage(self, pattern, *, times=None):
        noise = bytes(range(256)) * 16
        return self._add(Fault(pattern, times, body=noise, type="text/html"))

    def empty(self, pattern, *, times=None):
        return self._add(Fault(pattern, times, body=b""))

    def charset(self, pattern, declared, *, times=None):
        """The header declares another charset than the body is in."""
        return self._add(Fault(pattern, times, type=f"text/html; charset={declared}"))

    def block(self, pattern, *, times=None):
        """A block page that answers 200."""
        page = (
            "<html><head><meta charset='utf-8'><title>访问验证</title></head><body><h1>访问过于频繁</h1>"
            "<p>您的访问存在异常，请输入验证码后继续访问。</p>"
            "<form action='/verify'><input name='code'></form></body></html>"
        )
        return self._add(Fault(pattern, times, body=page.encode(), type="text/html; charset=utf-8"))

    def login(self, pattern, *, times=None):
        """A login form that answers 200, in the site's own dress."""
        page = (
            "<html><head><title>某报数字报</title></head><body><h1>某报数字报</h1><div class='content' id='ozoom'>"
            "<form>账号<input name='u'> 密码<input type='password' name='p'></form></div></body></html>"
        )
        return self._add(Fault(pattern, times, body=page.encode(), type="text/html; charset=utf-8"))

    def gate(self, pattern, *, times=None):
        """A script that sets a cookie and asks again, without a word."""
        page = b"<html><script>document.cookie='acw_sc__v2='+a;location.reload();</script></html>"
        return self._add(Fault(pattern, times, body=page, type="text/html"))

    def recode(self, pattern, codec, *, meta=None, header=None, times=None):
        """The body comes in ``codec``; the meta tag and the header declare what they are told, or nothing."""
        kind = f"text/html; charset={header}" if header else "text/html"
        return self._add(Fault(pattern, times, change=lambda body, _: damage.recode(body, codec, meta), type=kind))

    def truncate(self, pattern, *, share=0.7, times=None):
        """The body ends early, and Content-Length says so: the publisher's own program broke off."""
        return self._add(Fault(pattern, times, change=lambda body, _: damage.truncate(body, share)))

    def nest(self, pattern, *, depth=200, times=None):
        return self._add(Fault(pattern, times, change=lambda body, _: damage.nest(body, depth)))

    def unclose(self, pattern, *, times=None):
        return self._add(Fault(pattern, times, change=lambda body, _: damage.unclose(body)))

    def redesign(self, pattern, *, times=None):
        """The site has another template from now on, with the same text."""
        return self._add(Fault(pattern, times, change=lambda body, _: damage.redesign(body)))

    def reflow(self, pattern, paragraphs, form, *, times=None):
        """An article's paragraphs are parted by ``p``, ``br``, ``indent`` or ``cell`` instead of the template's way."""
        return self._add(Fault(pattern, times, change=lambda body, _: damage.reflow(body, paragraphs, form)))

    def huge(self, pattern, *, size=60_000_000, times=None):
        return self._add(Fault(pattern, times, body=b"<p>" + b"x" * size, type="text/html"))

    def loop(self, pattern, *, times=None):
        """A redirect to itself, over and over, through ``/loop/N``."""
        return self._add(
            Fault(
                rf"(?:{pattern})|^/loop/", times, status=302, body=b"", headers={"Location": f"/loop/{time.time_ns()}"}
            )
        )

    def redirect(self, pattern, location, *, status=302, times=None):
        return self._add(Fault(pattern, times, status=status, body=b"", headers={"Location": location}))

    def hold(self, pattern, *, times=None) -> Hold:
        fault = Fault(pattern, times, held=threading.Event(), arrived=threading.Condition())
        return Hold(self._add(fault))
