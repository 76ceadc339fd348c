import { numberText } from "../../ui/text/displayText";

/** How many instances there are below a row, as far as is known. */
export interface Tally {
  /** With those that are being created, and without what the service has refused. */
  readonly total: number;
  /** Failed, delete failed, or refused. */
  readonly failed: number;
  /** Creates that wait for the user. */
  readonly interrupted: number;
  /** The service has more than was listed so far. */
  readonly isPartial: boolean;
}

const none: Tally = { total: 0, failed: 0, interrupted: 0, isPartial: false };

export function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { total, failed, interrupted, isPartial }) => ({
      total: sum.total + total,
      failed: sum.failed + failed,
      interrupted: sum.interrupted + interrupted,
      isPartial: sum.isPartial || isPartial,
    }),
    none,
  );
}

/** "1,000+" */
export function totalText({ total, isPartial }: Pick<Tally, "total" | "isPartial">): string {
  return `${numberText(total)}${isPartial ? "+" : ""}`;
}

/** "3 failed", "1 interrupted": what a row says although it is folded. */
export function attentionTexts({ failed, interrupted }: Pick<Tally, "failed" | "interrupted">): readonly string[] {
  return [
    ...(failed > 0 ? [`${numberText(failed)} failed`] : []),
    ...(interrupted > 0 ? [`${numberText(interrupted)} interrupted`] : []),
  ];
}
