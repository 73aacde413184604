# Copyright (C) the ngx_http_session_module authors

"""The Test Anything Protocol, for comparisons of many rows."""


class Tap:
    count = failed = 0

    def none(self, wrong, total, name):
        """wrong: what did not behave; total: how many were looked at."""
        good = not wrong and total > 0
        self.count += 1
        self.failed += not good
        print(f"{'' if good else 'not '}ok {self.count} - {name}")
        for w in wrong[:5]:
            print("#", repr(w)[:1000])

    def same(self, arguments, got, wanted, name):
        wrong = [row for row in zip(arguments, got, wanted)
                 if row[1] != row[2]]
        self.none(wrong, len(got) if len(got) == len(wanted) else 0, name)

    def done(self):
        """What the program returns to the shell."""
        print(f"1..{self.count}")
        return self.failed != 0
