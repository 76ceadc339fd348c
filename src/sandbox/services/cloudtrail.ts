import * as api from "../../aws/services/cloudtrail";
import { AwsError, modelledError } from "../awsError";
import { positionIn, positionToken } from "../paging";
import { route, type SandboxService } from "../service";
import type { TrailEvent } from "../trailEvent";

const maxPageSize = 50;
const keptMs = 90 * 86_400_000;

export const cloudtrail: SandboxService = {
  routes: [
    route(api.lookupEvents, (input, { accountId, region, nowMs, trail }) => {
      const { LookupAttributes = [], StartTime, EndTime, NextToken, MaxResults = maxPageSize } = input;
      const [attribute] = LookupAttributes;
      if (LookupAttributes.length > 1)
        throw refused("InvalidLookupAttributesException", "You can specify only one lookup attribute.");
      if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime)
        throw refused("InvalidTimeRangeException", "The start time must be before the end time.");
      const scope = JSON.stringify([accountId, region, attribute ?? null, StartTime ?? null, EndTime ?? null]);
      const after = NextToken === undefined ? undefined : positionIn(NextToken, scope);
      if (NextToken !== undefined && after === undefined) throw invalidToken();
      if (!trail.mayLook(accountId, region, nowMs)) throw new AwsError("ThrottlingException", "Rate exceeded", 400);
      // Insights, which are another kind of event, there are none of.
      if (input.EventCategory !== undefined) return { output: { Events: [] } };
      const fromMs = Math.max(nowMs - keptMs, (StartTime ?? 0) * 1000);
      const toMs = EndTime === undefined ? Infinity : EndTime * 1000;
      const events = trail
        .delivered(accountId, region, nowMs)
        .filter((event) => isWithin(event, fromMs, toMs) && (!attribute || isFound(event, attribute)));
      const start = after === undefined ? 0 : startAfter(events, after);
      const page = events.slice(start, start + MaxResults);
      const last = page.at(-1);
      const isMore = start + page.length < events.length;
      return {
        output: {
          Events: page.map(toWire),
          ...(isMore && last && { NextToken: positionToken(last.event.eventID, scope) }),
        },
      };
    }),
  ],
};

function refused(name: string, message: string): AwsError {
  return modelledError(api.cloudtrail, name, message);
}

function invalidToken(): AwsError {
  return refused("InvalidNextTokenException", "The token is not valid.");
}

/** CloudTrail's times are whole seconds, and both ends are included. */
function isWithin({ timeMs }: TrailEvent, fromMs: number, toMs: number): boolean {
  const secondMs = Math.floor(timeMs / 1000) * 1000;
  return secondMs >= Math.floor(fromMs / 1000) * 1000 && secondMs <= toMs;
}

function startAfter(events: readonly TrailEvent[], id: string | number): number {
  const at = events.findIndex(({ event }) => event.eventID === id);
  if (at < 0) throw invalidToken();
  return at + 1;
}

function isFound(
  { event, username }: TrailEvent,
  { AttributeKey, AttributeValue }: { readonly AttributeKey: string; readonly AttributeValue: string },
): boolean {
  const resources = event.resources ?? [];
  switch (AttributeKey) {
    case "EventId":
      return event.eventID === AttributeValue;
    case "EventName":
      return event.eventName === AttributeValue;
    case "EventSource":
      return event.eventSource === AttributeValue;
    case "ReadOnly":
      return String(event.readOnly) === AttributeValue;
    case "Username":
      return username === AttributeValue;
    case "AccessKeyId":
      return event.userIdentity.accessKeyId === AttributeValue;
    case "ResourceType":
      return resources.some(({ type }) => type === AttributeValue);
    default:
      return resources.some(({ ARN }) => nameOf(ARN) === AttributeValue || ARN === AttributeValue);
  }
}

function toWire({ timeMs, username, event }: TrailEvent): object {
  return {
    EventId: event.eventID,
    EventName: event.eventName,
    ReadOnly: String(event.readOnly),
    AccessKeyId: event.userIdentity.accessKeyId,
    EventTime: Math.floor(timeMs / 1000),
    EventSource: event.eventSource,
    Username: username,
    Resources: (event.resources ?? []).map(({ type, ARN }) => ({ ResourceType: type, ResourceName: nameOf(ARN) })),
    CloudTrailEvent: JSON.stringify(event),
  };
}

/** A bucket goes by its name, the rest by its ARN. */
function nameOf(arn: string): string {
  return arn.startsWith("arn:aws:s3:::") ? arn.slice("arn:aws:s3:::".length) : arn;
}
