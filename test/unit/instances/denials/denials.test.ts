import assert from "node:assert/strict";
import { test } from "node:test";
import { denialOf } from "../../../../src/instances/denials/denial";
import { explainFailure, type Failed } from "../../../../src/instances/denials/explainFailure";
import { lookUpDenials } from "../../../../src/instances/denials/lookUp";
import { ownerText } from "../../../../src/instances/denials/ownerText";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { callerOf } from "../../../../src/instances/prerequisites/caller";
import { isCancelled } from "../../../../src/core/errors";
import { FakeClock } from "../../../fakes/clock";
import { hostileTexts } from "../../../fixtures/hostileText";
import {
  accountId,
  connection,
  denied,
  refusal,
  roleSession,
  sessionWith,
  simulated,
  user,
  type Answers,
} from "../prerequisites/prerequisitesWorld";

const kind = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
const at = Date.UTC(2026, 10, 28, 14, 3, 20);
const bucket = "arn:aws:s3:::aws-supply-chain-data-1";
const mia = user().Arn;

interface Recorded {
  readonly eventName?: string;
  readonly eventSource?: string;
  readonly errorCode?: string | null;
  readonly errorMessage?: string;
  readonly userIdentity?: object;
  readonly requestParameters?: unknown;
  readonly resources?: unknown;
  readonly responseElements?: unknown;
}

function event(recorded: Recorded = {}, more: object = {}) {
  return {
    EventTime: at,
    CloudTrailEvent: JSON.stringify({
      eventSource: "s3.amazonaws.com",
      eventName: "CreateBucket",
      errorCode: "AccessDenied",
      userIdentity: { type: "IAMUser", arn: mia, invokedBy: "scn.amazonaws.com" },
      ...recorded,
    }),
    ...more,
  };
}

const toEvent = (value: object) => value as Parameters<typeof denialOf>[0];
const denial = (recorded: Recorded, more: object = {}) => denialOf(toEvent(event(recorded, more)));

test("The action and the resource are those of the message, or else those of the event", () => {
  const message = `User: ${mia} is not authorized to perform: s3:PutBucketPolicy on resource: ${bucket} because no identity-based policy allows it`;
  assert.deepEqual(denial({ errorMessage: message }), {
    at,
    action: "s3:PutBucketPolicy",
    resource: bucket,
    code: "AccessDenied",
    message,
    principal: mia,
    invokedBy: "scn.amazonaws.com",
  });
  const named = denial({ requestParameters: { bucketName: "aws-supply-chain-data-1" } });
  assert.deepEqual([named?.action, named?.resource], ["s3:CreateBucket", bucket]);
  assert.equal(denial({ resources: [{ ARN: "arn:x" }] })?.resource, "arn:x");
  assert.equal(denial({}, { Resources: [{ ResourceName: "r" }] })?.resource, "r");
  assert.equal(
    denial({ eventSource: "monitoring.amazonaws.com", eventName: "PutMetricData" })?.action,
    "cloudwatch:PutMetricData",
  );
  assert.equal(denial({ eventName: "PutBucketEncryption" })?.action, "s3:PutEncryptionConfiguration");
});

test("What was carried out, or failed for another reason, was not denied", () => {
  for (const errorCode of [null, "", "BucketAlreadyExists", "ThrottlingException"])
    assert.equal(denial({ errorCode }), undefined);
  for (const errorCode of [
    "AccessDeniedException",
    "Client.UnauthorizedOperation",
    "UnauthorizedException",
    "ForbiddenException",
  ])
    assert.equal(denial({ errorCode })?.code, errorCode);
});

test("An event that cannot be understood is left out, whatever it is", () => {
  const records = [
    "",
    "{",
    "null",
    "[]",
    "1",
    JSON.stringify({ eventSource: 1 }),
    JSON.stringify({ errorCode: "AccessDenied" }),
    `{"a":${"[".repeat(5000)}`,
  ];
  for (const CloudTrailEvent of [...records, ...Object.values(hostileTexts)])
    assert.equal(denialOf(toEvent({ EventTime: at, CloudTrailEvent })), undefined);
  assert.equal(denialOf(toEvent({ EventTime: at })), undefined);
  assert.equal(denialOf(toEvent({ ...event(), EventTime: undefined })), undefined);
  const large = event({ requestParameters: "x".repeat(2 * 1024 * 1024) });
  assert.equal(denialOf(toEvent(large)), undefined, "an event is never so large");
  const odd = denial({ requestParameters: { bucketName: { toString: "x" } }, resources: [{}] });
  assert.deepEqual([odd?.action, odd?.resource], ["s3:CreateBucket", undefined]);
});

const caller = callerOf(mia);
const search = { from: at - 10_000, to: at + 10_000, caller, serviceLabel: "scn" };
const noMore = { Events: [] };

test("The caller's own events are asked for first, in the time of the failure, 50 at a time and no faster than is allowed", async () => {
  const session = sessionWith({ LookupEvents: () => ({ Events: [event(), event({}, { EventTime: at - 1000 })] }) });
  const { denials, isCut } = await lookUpDenials(session, search);
  assert.deepEqual([denials.length, denials[0]?.at, isCut], [1, at - 1000, false], "each once, by its first time");
  assert.deepEqual(session.requests, [
    {
      operation: "LookupEvents",
      input: {
        StartTime: (at - 70_000) / 1000,
        EndTime: (at + 70_000) / 1000,
        MaxResults: 50,
        LookupAttributes: [{ AttributeKey: "Username", AttributeValue: "mia" }],
      },
      waits: true,
    },
  ]);
});

test("When the caller has none, the service's own are looked for among all; what was denied to others is nobody's business", async () => {
  const others = [
    event({ userIdentity: { arn: `arn:aws:iam::${accountId}:user/eve` } }),
    event({ userIdentity: { arn: `arn:aws:iam::${accountId}:user/eve`, invokedBy: "scn.amazonaws.com" } }),
    event({ userIdentity: { type: "AWSService", invokedBy: "lambda.amazonaws.com" } }),
    event({ userIdentity: { type: "AWSService", invokedBy: "scn.amazonaws.com.evil.example" } }),
  ];
  const own = event({
    eventName: "PutBucketPolicy",
    userIdentity: { type: "AWSService", invokedBy: "scn.eu-west-1.amazonaws.com" },
  });
  const session = sessionWith({
    LookupEvents: ({ LookupAttributes }) => (LookupAttributes ? noMore : { Events: [...others, own] }),
  });
  const { denials } = await lookUpDenials(session, search);
  assert.deepEqual(
    denials.map(({ action }) => action),
    ["s3:PutBucketPolicy"],
  );
  const role = callerOf(roleSession().Arn);
  const byRole = sessionWith({
    LookupEvents: () => ({
      Events: [event({ userIdentity: { arn: `arn:aws:sts::${accountId}:assumed-role/Builder/other` } })],
    }),
  });
  assert.equal((await lookUpDenials(byRole, { ...search, caller: role })).denials.length, 1);
});

const eve = `arn:aws:iam::${accountId}:user/eve`;
const forEve = { arn: eve, invokedBy: "scn.amazonaws.com" };
const creationBy = (arn: string, id = "i-1") =>
  event({
    eventName: "CreateInstance",
    eventSource: "scn.amazonaws.com",
    errorCode: null,
    userIdentity: { arn },
    responseElements: { instance: { instanceId: id } },
  });
const ofAll = (...events: object[]) =>
  sessionWith({ LookupEvents: ({ LookupAttributes }) => (LookupAttributes ? noMore : { Events: events }) });
const about = { ...search, instanceId: "i-1" };

test("What was denied for somebody else who created the instance is found, and only that", async () => {
  const others = [
    event({ eventName: "PutBucketPolicy", userIdentity: forEve }),
    event({ eventName: "ListBuckets", userIdentity: { arn: eve } }),
    event({ eventName: "CreateRole", userIdentity: { ...forEve, arn: `arn:aws:iam::${accountId}:user/ada` } }),
    event({ eventName: "CreateTrail", userIdentity: { arn: mia, invokedBy: "scn.amazonaws.com" } }),
  ];
  for (const witness of [
    creationBy(eve),
    event({ userIdentity: forEve, requestParameters: { bucketName: "aws-supply-chain-data-i-1" } }),
  ]) {
    const found = await lookUpDenials(ofAll(witness, ...others), about);
    assert.equal(found.creator, eve);
    assert.ok(found.denials.some(({ action }) => action === "s3:PutBucketPolicy"));
    for (const { principal, isOthers, isDoubtful } of found.denials)
      assert.deepEqual([principal, isOthers, isDoubtful], [eve, true, undefined]);
  }
  const role = `arn:aws:sts::${accountId}:assumed-role/Builder/`;
  const byRole = { arn: `${role}other`, invokedBy: "scn.amazonaws.com" };
  const found = await lookUpDenials(ofAll(creationBy(`${role}one`), event({ userIdentity: byRole })), about);
  assert.equal(found.denials.length, 1, "of a role, whatever its session is called");
});

test("What was denied for others is in doubt where nothing says who created the instance, and left out where something is not", async () => {
  const theirs = event({ userIdentity: forEve });
  const direct = event({ eventName: "ListBuckets", userIdentity: { arn: eve } });
  const found = await lookUpDenials(ofAll(theirs, direct, creationBy(eve, "i-2")), about);
  assert.deepEqual(
    [found.creator, found.denials.map(({ action, isDoubtful }) => [action, isDoubtful])],
    [undefined, [["s3:CreateBucket", true]]],
  );
  const own = event({ eventName: "CreateRole", userIdentity: { invokedBy: "scn.amazonaws.com" } });
  const { denials } = await lookUpDenials(ofAll(theirs, own), about);
  assert.deepEqual(
    denials.map(({ action, isDoubtful }) => [action, isDoubtful]),
    [["s3:CreateRole", undefined]],
  );
});

test("The caller's own denials are about another instance when somebody else created this one", async () => {
  const mine = event({ eventName: "CreateRole" });
  const byEve = event({ userIdentity: forEve });
  const session = sessionWith({
    LookupEvents: ({ LookupAttributes }) =>
      LookupAttributes ? { Events: [mine] } : { Events: [mine, byEve, creationBy(eve)] },
  });
  assert.deepEqual(
    (await lookUpDenials(session, about)).denials.map(({ action }) => action),
    ["s3:CreateBucket"],
  );
  const known = sessionWith({ LookupEvents: () => ({ Events: [mine, creationBy(mia)] }) });
  const { denials, creator } = await lookUpDenials(known, about);
  assert.deepEqual([denials.length, creator, known.requests.length], [1, mia, 1], "others are not asked about then");
});

test("A search reads so many pages and says that there were more", async () => {
  let pages = 0;
  const session = sessionWith({ LookupEvents: () => ({ Events: [], NextToken: `t${++pages}` }) });
  assert.deepEqual(await lookUpDenials(session, search), { denials: [], isCut: true, isAccountWide: false });
  assert.equal(pages, 12);
});

test("When others look as well, it is tried once more after a second", async () => {
  let looks = 0;
  const answers: Answers = {
    LookupEvents: () => {
      if (++looks === 1) throw refusal("ThrottlingException", "Rate exceeded", 400);
      return { Events: [event()] };
    },
  };
  const clock = new FakeClock();
  const found = lookUpDenials(sessionWith(answers), search, { clock });
  await clock.untilSleeping();
  assert.deepEqual(clock.pending, [1_000]);
  await clock.advance(1_000);
  assert.equal((await found).denials.length, 1);
});

const failed = (answers: Answers, draft: Partial<Failed["draft"]> = {}): Failed => ({
  kind,
  session: sessionWith(answers),
  draft: { kind: kind.id, values: {}, tags: {}, ...draft },
  from: search.from,
  to: search.to,
  instanceId: "i-1",
});
const source = {
  what: "Supply Chain instance north",
  accountId,
  region: connection.region,
  error: "Access denied when",
};
const trail = () => ({ Events: [event(), event({ eventSource: "dynamodb.amazonaws.com", eventName: "CreateTable" })] });

test("What was denied is joined with what the policies say now, also of what no document names", async () => {
  const explanation = await explainFailure(
    failed({
      GetCallerIdentity: user,
      LookupEvents: trail,
      SimulatePrincipalPolicy: simulated({ "s3:CreateBucket": {} }),
    }),
  );
  assert.deepEqual(
    explanation.denials.map(({ action, now }) => [action, now]),
    [
      ["s3:CreateBucket", "implicitDeny"],
      ["dynamodb:CreateTable", "allowed"],
    ],
  );
  assert.equal(explanation.isAllowedNow, false);
  assert.match(explanation.offer?.json ?? "", /s3:CreateBucket/);
  assert.ok(!explanation.offer?.json.includes("dynamodb"));
});

test("An event whose name IAM does not know as an action says nothing, and spoils nothing", async () => {
  const simulatedKnown = simulated({ "s3:CreateBucket": {} });
  const explanation = await explainFailure(
    failed({
      GetCallerIdentity: user,
      LookupEvents: trail,
      SimulatePrincipalPolicy: (input) => {
        if ((input.ActionNames as string[]).includes("dynamodb:CreateTable")) throw refusal("InvalidInput");
        return simulatedKnown(input);
      },
    }),
  );
  assert.deepEqual(
    explanation.denials.map(({ now }) => now),
    ["implicitDeny", undefined],
  );
  assert.equal(explanation.rights?.mark, "error");
});

test("After the policies were changed it is allowed now", async () => {
  const answers = { GetCallerIdentity: user, LookupEvents: trail, SimulatePrincipalPolicy: simulated() };
  const explanation = await explainFailure(failed(answers));
  assert.deepEqual([explanation.isAllowedNow, explanation.offer], [true, undefined]);
  const one = { ...answers, SimulatePrincipalPolicy: simulated({ "dynamodb:CreateTable": {} }) };
  assert.equal((await explainFailure(failed(one))).isAllowedNow, false, "not while one of them still is denied");
});

test("What was denied on several resources is judged for each, and not for what stands for an example of them", async () => {
  const table = (name: string) => `arn:aws:dynamodb:eu-west-1:${accountId}:table/${name}`;
  const on = (ARN: string, eventName: string, eventSource: string) =>
    event({ eventName, eventSource, resources: [{ ARN }] });
  const stillDenied = [table("one"), bucket];
  const explanation = await explainFailure(
    failed({
      GetCallerIdentity: user,
      LookupEvents: () => ({
        Events: [
          on(table("one"), "CreateTable", "dynamodb.amazonaws.com"),
          on(table("other"), "CreateTable", "dynamodb.amazonaws.com"),
          on(bucket, "CreateBucket", "s3.amazonaws.com"),
        ],
      }),
      SimulatePrincipalPolicy: (input) => {
        const isDenied = stillDenied.includes((input.ResourceArns as string[])[0]!);
        const names = isDenied ? (input.ActionNames as string[]) : [];
        return simulated(Object.fromEntries(names.map((name) => [name, { EvalDecision: "explicitDeny" }])))(input);
      },
    }),
  );
  assert.deepEqual(
    explanation.denials.map(({ resource, now }) => [resource, now]),
    [
      [table("one"), "explicitDeny"],
      [table("other"), "allowed"],
      [bucket, "explicitDeny"],
    ],
  );
  assert.deepEqual([explanation.rights?.mark, explanation.isAllowedNow], ["pass", false]);
});

test("Nothing that was denied is nothing that is allowed now", async () => {
  const allowed = { GetCallerIdentity: user, SimulatePrincipalPolicy: simulated() };
  const none = await explainFailure(failed({ ...allowed, LookupEvents: () => noMore }));
  assert.deepEqual([none.rights?.mark, none.isAllowedNow], ["pass", false]);
  const notLooked = await explainFailure(failed({ ...allowed, LookupEvents: denied }));
  assert.deepEqual([notLooked.rights?.mark, notLooked.isAllowedNow], ["pass", false]);
});

test("Without a right to CloudTrail or to simulate, the other one still answers", async () => {
  const noTrail = await explainFailure(
    failed({
      GetCallerIdentity: user,
      LookupEvents: () => {
        throw refusal("AccessDeniedException");
      },
      SimulatePrincipalPolicy: simulated({ "s3:CreateBucket": {} }),
    }),
  );
  assert.equal(noTrail.notLooked, "cloudtrail:LookupEvents is not allowed");
  assert.equal(noTrail.isAllowedNow, false, "nothing was found, and not everything is allowed");
  assert.match(noTrail.rights?.text ?? "", /s3:CreateBucket/);
  const noSimulation = await explainFailure(
    failed({ GetCallerIdentity: user, LookupEvents: trail, SimulatePrincipalPolicy: denied }),
  );
  assert.deepEqual(
    [noSimulation.notSimulated, noSimulation.denials.map(({ now }) => now), noSimulation.isAllowedNow],
    ["iam:SimulatePrincipalPolicy is not allowed", [undefined, undefined], false],
  );
});

test("A search that is cancelled ends at once", async () => {
  const stop = new AbortController();
  const looking = explainFailure(failed({ GetCallerIdentity: user }), stop.signal);
  setImmediate(() => stop.abort());
  await assert.rejects(looking, isCancelled);
});

test("The text for the owner of IAM has event, action, resource, code, message and time, and the policy with its sources", async () => {
  const explanation = await explainFailure(
    failed({
      GetCallerIdentity: user,
      LookupEvents: () => ({ Events: [event({ errorMessage: "Access Denied" }), creationBy(mia)] }),
      SimulatePrincipalPolicy: simulated({ "s3:CreateBucket": {} }),
    }),
  );
  const text = ownerText(source, explanation);
  for (const part of [
    "The creation of the Supply Chain instance north failed in account 123456789012, eu-west-1, for user/teams/mia.",
    "- 2026-11-28 14:03:20 UTC: s3:CreateBucket to arn:aws:iam::123456789012:user/teams/mia via scn.amazonaws.com, AccessDenied: Access Denied (also denied by simulation now: no policy allows it)",
    "Attach it to the user mia.",
    '"Action": [',
    "- s3:CreateBucket: Amazon Connect Decisions administrator guide",
  ])
    assert.ok(text.includes(part), `${part} is not in\n${text}`);
  assert.equal(text.match(/Attach it/g)?.length, 1);
  assert.doesNotMatch(text, /Copy the missing policy/);
});

test("The text for the owner of IAM says for whom it failed only when that is known, and who looked when it was another", async () => {
  const text = async (...events: object[]) => {
    const answers = {
      GetCallerIdentity: user,
      LookupEvents: ({ LookupAttributes }: Readonly<Record<string, unknown>>) =>
        LookupAttributes ? noMore : { Events: events },
      SimulatePrincipalPolicy: simulated({ "s3:CreateBucket": {} }),
    };
    return ownerText(source, await explainFailure(failed(answers)));
  };
  const byEve = await text(event({ userIdentity: forEve }), creationBy(eve));
  for (const part of [
    "failed in account 123456789012, eu-west-1, for user/eve. user/teams/mia looked for the cause.",
    "s3:CreateBucket to arn:aws:iam::123456789012:user/eve via scn.amazonaws.com, AccessDenied (also denied to user/teams/mia by simulation now: no policy allows it)",
    "What IAM's simulation says now for user/teams/mia: ",
    "Policy with what user/teams/mia lacks to create it again. Attach it to the user mia.",
  ])
    assert.ok(byEve.includes(part), `${part} is not in\n${byEve}`);
  const doubtful = await text(event({ userIdentity: forEve }));
  assert.match(doubtful, /eu-west-1\. CloudTrail does not say for whom\. user\/teams\/mia looked for the cause\./);
  assert.match(doubtful, /denied to others in that time, perhaps for other instances:\n- /);
  const none = await text();
  assert.match(none, /CloudTrail shows nothing of this creation that was denied in that time, or not yet\./);
  assert.doesNotMatch(none, /, for user/);
});

test("What was denied for others is allowed now only to who looks, and not while it is in doubt", async () => {
  const explain = (...events: object[]) =>
    explainFailure(
      failed({
        GetCallerIdentity: user,
        LookupEvents: ({ LookupAttributes }) => (LookupAttributes ? noMore : { Events: events }),
        SimulatePrincipalPolicy: simulated(),
      }),
    );
  const theirs = event({ userIdentity: forEve });
  assert.equal((await explain(theirs, creationBy(eve))).isAllowedNow, true);
  assert.equal((await explain(theirs)).isAllowedNow, false);
});
