"""What the temperature job must come to, computed from what its server gave and took: for tests/temperature-check
and tests/fault/kill-job."""
import csv
import decimal
import fractions
import json

ROWS = 60


def events(log):
    """What the server noted, in order."""
    with open(log, encoding="utf-8") as file:
        return [json.loads(line, parse_float=decimal.Decimal, parse_int=decimal.Decimal) for line in file]


def true_readings(log):
    """The readings that were no lies, as [time, celsius]."""
    given = [event["gave"] for event in events(log) if "gave" in event and event["lie"] in ("", "again")]
    return [text.splitlines()[1].split(",") for text in given]


def add(window, reading):
    """The window with one reading more."""
    return [row for row in window if row[0] != reading[0]][-(ROWS - 1):] + [reading] if window else [reading]


def statistics(window):
    """The same as the job's, by other means."""
    values = [fractions.Fraction(celsius) for _, celsius in window]
    mean = sum(values) / len(values)
    with decimal.localcontext() as context:
        context.prec = 16
        context.rounding = decimal.ROUND_HALF_EVEN
        rounded = decimal.Decimal(mean.numerator) / decimal.Decimal(mean.denominator)
    low = min(window, key=lambda row: fractions.Fraction(row[1]))[1]
    high = max(window, key=lambda row: fractions.Fraction(row[1]))[1]
    return {"newest": window[-1][0], "readings": len(window), "min": decimal.Decimal(low),
            "max": decimal.Decimal(high), "mean": rounded}


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def is_same(want, got):
    """Of statistics, whose values are text in CSV and numbers in JSON."""
    return list(want) == list(got) and all(
        str(got[name]) == value if name == "newest" else decimal.Decimal(got[name]) == value
        for name, value in want.items())
