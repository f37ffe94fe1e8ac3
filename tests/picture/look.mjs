// Screenshots of pages and axe's word on them: node look.mjs OUT NAME=PAGE...
// Each page is shown 1280 and 390 pixels wide, light and dark, and printed. Exit code 1 if axe finds a violation, a page is wider than
// the screen, or something was fetched.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [out, ...pages] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"] });
let wrong = 0;
const say = (text) => { wrong += 1; console.log(text); };
fs.mkdirSync(out, { recursive: true });
for (const named of pages) {
  const [name, file] = named.split(/=(.*)/s);
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const page = await browser.newPage();
      page.on("request", (request) => { if (!request.url().startsWith("file:")) say(`${name}: fetches ${request.url()}`); });
      await page.setViewport({ width, height: 900, isMobile: width < 500, hasTouch: width < 500 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(`file://${path.resolve(file)}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) say(`${name} ${scheme} ${width}: the page is ${wide} wide`);
      const height = Math.min(6000, await page.evaluate(() => document.documentElement.scrollHeight));
      const clip = { x: 0, y: 0, width, height };
      await page.screenshot({ path: `${out}/${name}-${scheme}-${width}.png`, captureBeyondViewport: true, clip });
      // What is folded is looked at, too.
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run());
      for (const { id, help, nodes } of violations) {
        say(`${name} ${scheme} ${width}: ${id}: ${help}`);
        for (const node of nodes.slice(0, 3)) console.log(`    ${node.html.slice(0, 160)}`);
      }
      await page.close();
    }
  }
  const page = await browser.newPage();
  await page.goto(`file://${path.resolve(file)}`);
  // The README's picture: the top of a night to look at.
  if (name === "drifted") {
    await page.setViewport({ width: 1120, height: 1190 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    await page.screenshot({ path: `${out}/readme.png` });
  }
  await page.pdf({ path: `${out}/${name}.pdf`, format: "A4" });
  await page.close();
}
await browser.close();
console.log(`${pages.length} pages, ${wrong} things wrong`);
process.exitCode = wrong ? 1 : 0;
