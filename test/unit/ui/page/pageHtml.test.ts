import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import fc from "fast-check";
import { pageHtml } from "../../../../src/ui/page/pageHtml";
import { receive, type Handlers } from "../../../../src/ui/page/protocol/channel";
import { fromDetails, type FromDetails } from "../../../../src/ui/page/protocol/details";
import { fromForm, type FromForm } from "../../../../src/ui/page/protocol/form";

const heard: string[] = [];
const hear = (message: { readonly type: string }) => void heard.push(message.type);
const form: Handlers<FromForm> = {
  ready: hear,
  edit: hear,
  choose: hear,
  submit: hear,
  cancel: hear,
  decideKey: hear,
  copy: hear,
  act: hear,
};
const details: Handlers<FromDetails> = { ready: hear, copy: hear, act: hear };

test("Whatever a page sends is either understood as a whole or refused with a reason, and never throws", () => {
  const types = fc.constantFrom(
    "ready",
    "edit",
    "choose",
    "submit",
    "cancel",
    "copy",
    "act",
    "__proto__",
    "constructor",
  );
  const message = fc.oneof(fc.jsonValue(), fc.record({ type: types, draft: fc.jsonValue(), action: fc.string() }));
  fc.assert(
    fc.property(message, (data) => {
      for (const run of [() => receive(fromForm, form, data), () => receive(fromDetails, details, data)]) {
        heard.length = 0;
        const wrong = run();
        assert.equal(heard.length, wrong === undefined ? 1 : 0);
      }
    }),
  );
});

test("A reason for refusing a message does not repeat what was in it: that may be sensitive", () => {
  const secret = "s3cret-metadata";
  const wrong = receive(fromForm, form, {
    type: "submit",
    draft: { kind: 1, values: { metadata: [secret] }, tags: secret },
  });
  assert.ok(wrong !== undefined && wrong !== "");
  assert.ok(!wrong.includes(secret), wrong);
});

test("A page's policy allows one script by its nonce, our styles, and nothing else", () => {
  const html = pageHtml({
    page: "form",
    title: `<b>"a" & b</b>`,
    cspSource: "https://self.example",
    scriptUri: "https://self.example/pages.js?a&b",
    styleUri: "https://self.example/form.css",
    nonce: "n0nce",
  });
  const policy = /content="(default-src[^"]*)"/.exec(html)?.[1]?.split("; ");
  assert.deepEqual(policy, [
    "default-src 'none'",
    "script-src 'nonce-n0nce'",
    "style-src https://self.example",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  assert.deepEqual(html.match(/<script[^>]*>/g), [
    '<script nonce="n0nce" src="https://self.example/pages.js?a&amp;b">',
  ]);
  assert.match(html, /<title>&lt;b&gt;&quot;a&quot; &amp; b&lt;\/b&gt;<\/title>/);
  assert.doesNotMatch(html, /unsafe-|style=|<style|\son\w+=/);
});

test("The pages' script is small, and does not compile text to code or write markup", async () => {
  const { outputFiles } = await build({
    entryPoints: ["media/pages.ts"],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2023",
    logLevel: "silent",
  });
  const script = outputFiles[0]!.text;
  const maxBytes = 60_000;
  assert.ok(script.length <= maxBytes, `pages.js has ${script.length} bytes, ${maxBytes} are its budget`);
  assert.doesNotMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
});
