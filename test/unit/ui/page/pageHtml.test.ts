import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import fc from "fast-check";
import { pageHtml } from "../../../../src/ui/page/pageHtml";
import {
  fromDetails,
  fromForm,
  receive,
  type FromDetails,
  type FromForm,
  type Handlers,
} from "../../../../src/ui/page/protocol";

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
    title: `<b>"a" & b</b>`,
    cspSource: "https://self.example",
    scriptUri: "https://self.example/form.js?a&b",
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
  assert.deepEqual(html.match(/<script[^>]*>/g), ['<script nonce="n0nce" src="https://self.example/form.js?a&amp;b">']);
  assert.match(html, /<title>&lt;b&gt;&quot;a&quot; &amp; b&lt;\/b&gt;<\/title>/);
  assert.doesNotMatch(html, /unsafe-|style=|<style|\son\w+=/);
});

test("The pages' scripts are small, and none of them compiles text to code or writes markup", async () => {
  for (const [page, maxBytes] of [
    ["form", 54_000],
    ["details", 40_000],
  ] as const) {
    const { outputFiles } = await build({
      entryPoints: [`media/${page}.ts`],
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
      target: "es2023",
      logLevel: "silent",
    });
    const script = outputFiles[0]!.text;
    assert.ok(script.length <= maxBytes, `${page}.js has ${script.length} bytes, ${maxBytes} are its budget`);
    assert.doesNotMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
  }
});
