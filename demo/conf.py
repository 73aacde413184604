"""The lines of the running nginx.conf, as the demo's page shows them."""

import re
import textwrap

import tornado.escape

BLOCK = re.compile(r"^ *# demo: (?!end$)([a-z]+)\n(.*?)^ *# demo: end$",
                   re.MULTILINE | re.DOTALL)


class Lines:
    """text: all of nginx.conf.  What is shown stands from a line "# demo: NAME"
    to "# demo: end"; a name may have several such places."""

    def __init__(self, text):
        self.text = text
        self.places = {}
        for name, lines in BLOCK.findall(text):
            self.places.setdefault(name, []).append(
                textwrap.dedent(lines).strip("\n"))

    def show(self, name):
        """HTML, or nothing, if nginx.conf has no such lines."""
        if name not in self.places:
            return ""
        lines = "\n\n".join(self.places[name]).split("\n")
        return '<pre class="nginx" tabindex="0" aria-label="nginx.conf">%s' \
            "</pre>" % "\n".join(map(self.line, lines))

    @staticmethod
    def line(line):
        escaped = tornado.escape.xhtml_escape(line)
        return "<i>%s</i>" % escaped if line.lstrip().startswith("#") \
            else escaped
