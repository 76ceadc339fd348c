import { UserError } from "../../core/errors";
import { connectionLabel, type Session, type Sessions } from "../../instances/connection";
import { visibleText } from "../text/displayText";

/** Credentials that were renewed meanwhile have another session: the one before signs nothing any more. */
export async function presentSession(
  sessions: Pick<Sessions, "open">,
  { connection, accountId }: Session,
  signal: AbortSignal,
): Promise<Session> {
  const session = await sessions.open(connection, signal);
  if (session.accountId === accountId) return session;
  const label = visibleText(connectionLabel(connection));
  throw new UserError(`${label} now belongs to account ${session.accountId}. This is about ${accountId}: begin anew.`);
}
