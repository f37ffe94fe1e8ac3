"""Seventeen nights of twelve made-up newspapers, for pictures of what copydesk shows: python3 nights.py PROGRAM FOLDER

Fifteen are good. In the sixteenth, one host has no dates, one is a wall of consent, one delivers a seventh, and one nothing.
The last one is lost: the scrapers write another format. FOLDER/nights gets the runs, with their index.
"""

import json
import pathlib
import random
import subprocess
import sys

HOSTS = {
    "harbourpost.example": 160, "valleygazette.example": 120, "northernwire.example": 110, "bayradio.example": 90, "hillcountrynews.example": 80,
    "eveningledger.example": 75, "islandcourier.example": 60, "riverside-times.example": 55, "portobserver.example": 45, "lakesidedaily.example": 40,
    "moorlandherald.example": 30, "saltmarshreview.example": 25,
}
WHO = "ferry crews,the town council,harbour pilots,local teachers,a retired engineer,the water board,market traders,the regional court,young farmers,the fire service,two librarians,the hospital trust,bus drivers,the night nurses,a group of anglers,the rowing club,the county auditor,a baker,the museum,the choir".split(",")
DOES = "vote on,reject,welcome,postpone,ask for,pay for,open,defend,count the cost of,disagree about,reach a deal on,end the wait for,sign off,start work on,look again at,warn of,measure,repair,close,celebrate".split(",")
WHAT = "the summer timetable,a new bridge,the flood wall,higher parking fees,the old crane,longer opening hours,a second ferry,the school roof,cheaper tickets,the winter market,a cycle path,the tide mill,late trains,a heat network,more night buses,the town archive,the lighthouse road,an early harvest,the fish quota,a quiet street".split(",")
PLACES = "on the quay,in the old town hall,near the station,across the valley,by the weir,outside the library,at the county court,along the coast,under the viaduct,in the next village".split(",")
WHEN = "On Monday,After two years,Late last night,In a short statement,By a narrow margin,Against advice,For the first time,Before the holidays,As the rain eased,At a public meeting".split(",")


def sentence(rng):
    return f"{rng.choice(WHEN)} {rng.choice(WHO)} {rng.choice(PLACES)} said that {rng.choice(WHO)} would {rng.choice(DOES)} {rng.choice(WHAT)}, {rng.randint(2, 980)} people {rng.choice(PLACES)} among them."


def article(rng, host, night, number):
    title = f"{rng.choice(WHO)} {rng.choice(DOES)} {rng.choice(WHAT)}"
    text = "\n\n".join(" ".join(sentence(rng) for _ in range(rng.randint(2, 5))) for _ in range(rng.randint(2, 7)))
    if rng.random() < 0.06:
        text = sentence(rng)
    record = {"url": f"https://{host}/{night}/{number}", "title": title[0].upper() + title[1:], "text": text}
    if rng.random() > 0.03:
        record["date"] = f"{night}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z"
    if rng.random() > 0.1:
        record["author"] = f"{rng.choice('Ada Ben Cleo Dan Eva Finn Gwen Hugh Iris Jon'.split())} {rng.choice('Archer Brook Carter Dale Ellis Farrow Grant Hale Irving Jarvis'.split())}"
    return record


def broken(record, host):
    if host == "valleygazette.example":
        record.pop("date", None)
    if host == "bayradio.example":
        record["text"] = "We value your privacy. We and our partners store cookies on your device. Accept all or manage your choices."
    return record


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    rng = random.Random(11)
    for day in range(10, 27):
        night = f"2026-11-{day}"
        dumps = folder / "dumps" / night
        dumps.mkdir(parents=True)
        for host, usual in HOSTS.items():
            share = (0.55 if day % 7 in (0, 1) else 1) * rng.uniform(0.85, 1.15)
            if day == 25:
                share *= {"northernwire.example": 0.15, "portobserver.example": 0}.get(host, 1)
            records = [article(rng, host, night, number) for number in range(round(usual * share))]
            if day == 25:
                records = [broken(record, host) for record in records]
            if records:
                text = json.dumps(records, indent=1) if day == 26 else "".join(json.dumps(record) + "\n" for record in records)
                # The format of the last night is not known.
                text = text.replace("{", "<record>").replace("}", "</record>") if day == 26 else text
                (dumps / (host + ".jsonl")).write_text(text)
        command = [program, "run", "nightly", str(dumps), "--output", str(folder / "nights" / night), "--state", str(folder / "state")]
        code = subprocess.run(command + ["--progress", "never", "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        if code != (3 if day > 24 else 0):
            sys.exit(f"the night {night} ended with exit code {code}")


if __name__ == "__main__":
    main()
