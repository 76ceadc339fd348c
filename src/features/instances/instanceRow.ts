import { durationText } from "../../core/duration";
import { isInProgress, type Instance, type Phase } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { operationWords } from "../../operations/operationWords";
import { shortText } from "../../ui/text/displayText";
import { instanceText, shortIdentityText } from "../../ui/text/instanceText";
import { abilitiesOf } from "../../ui/instance/abilities";
import { contextTokens, type RowIcon, type TreeRow } from "../../ui/tree/treeRow";

/** A change of ours that is under way and not yet what the service reports. */
export interface Overlay {
  readonly verb: (typeof operationWords)[keyof typeof operationWords]["progressive"];
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface InstanceSeen {
  readonly instance: Instance;
  readonly kind: Kind;
  /** Reached through a custom endpoint on this machine: the AWS console knows nothing of it. */
  readonly isLoopback: boolean;
  readonly overlay?: Overlay;
  /** One of our operations creates it, and will say how that ends. */
  readonly isOurs?: boolean;
  /** Another one in view has its name. */
  readonly hasNamesake?: boolean;
  /** When the present state was seen first. */
  readonly stateSince?: number;
}

const failedIcon: RowIcon = { id: "error", color: "charts.red" };

/** One icon per phase, and one for both that failed, as the pages have it; none is told apart from another by its colour alone. */
const phaseIcons: Readonly<Record<Exclude<Phase, "present">, RowIcon>> = {
  creating: { id: "sync~spin", color: "charts.blue" },
  ready: { id: "pass-filled", color: "testing.iconPassed" },
  createFailed: failedIcon,
  deleting: { id: "trash", color: "charts.yellow" },
  deleteFailed: failedIcon,
  deleted: { id: "circle-slash", color: "disabledForeground" },
  unknown: { id: "question", color: "descriptionForeground" },
};

export function instanceRow(id: string, seen: InstanceSeen, now: number): TreeRow {
  const { instance, kind } = seen;
  const label = instanceText(instance);
  const since = countsFrom(seen);
  const state = stateText(seen);
  const identity = seen.hasNamesake ? shortIdentityText(instance) : undefined;
  const duration = since === undefined ? undefined : durationText(now - since);
  const description = [state, duration, identity].filter(Boolean).join(" · ");
  return {
    id,
    label,
    ...(description !== "" && { description }),
    icon: instanceIcon(seen),
    contextValue: instanceContext(seen),
    accessibleLabel: [label, kind.title, state, identity].filter(Boolean).join(", "),
    collapsible: "none",
    command: { id: "showDetails", title: "Show Details", keepsFocus: true },
    ...(since !== undefined && { countsTime: true as const }),
  };
}

/** What a person calls the state: the service's own word, or what we are doing to it. Empty where there is neither. */
export function stateText({ instance, overlay }: InstanceSeen): string {
  if (overlay && overlay.verb !== "Saving" && !isInProgress(instance.phase)) return overlay.verb;
  const state = shortText(instance.state ?? "", 40);
  return overlay?.verb === "Saving" ? [state, "saving"].filter(Boolean).join(" · ") : state;
}

/** The phase as the menus see it: an instance that we are deleting is being deleted, whatever was last read of it. */
function phaseOf({ instance, overlay }: InstanceSeen): Phase {
  if (overlay?.verb === "Deleting" || overlay?.verb === "Recreating") return "deleting";
  return overlay?.verb === "Creating" ? "creating" : instance.phase;
}

function instanceIcon(seen: InstanceSeen): RowIcon {
  const phase = phaseOf(seen);
  return phase === "present" ? { id: seen.kind.icon } : phaseIcons[phase];
}

function countsFrom(seen: InstanceSeen): number | undefined {
  const { instance, overlay } = seen;
  if (overlay && overlay.verb !== "Saving") return overlay.since;
  if (instance.phase === "creating") return instance.createdAt ?? seen.stateSince;
  return instance.phase === "deleting" ? seen.stateSince : undefined;
}

function instanceContext(seen: InstanceSeen): string {
  const { instance, kind, isLoopback } = seen;
  const phase = phaseOf(seen);
  const abilities = abilitiesOf({ instance, kind, phase, isBusy: seen.overlay !== undefined, isLoopback });
  return contextTokens(
    "instance",
    `kind-${kind.id}`,
    `phase-${phase}`,
    "can-showDetails",
    "can-refreshInstance",
    isInProgress(instance.phase) && !seen.overlay && !seen.isOurs && "can-notifyWhenSettled",
    // Of some kinds the ID is the ARN.
    instance.id !== instance.arn && "can-copyId",
    "can-copyArn",
    "can-copyCreateCommand",
    "can-createLikeThis",
    ...[...abilities].map((ability) => `can-${ability}`),
  );
}
