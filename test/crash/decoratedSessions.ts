import type { AwsClient } from "../../src/aws/awsClient";
import type { Session, Sessions } from "../../src/instances/connection";

/** The same sessions, whose clients are seen through by whoever wants to hear of each call. */
export function decoratedSessions(sessions: Sessions, decorateClient: (client: AwsClient) => AwsClient): Sessions {
  const decorate = (session: Session): Session => ({ ...session, client: decorateClient(session.client) });
  return {
    open: async (connection, signal) => decorate(await sessions.open(connection, signal)),
    current: (connection) => {
      const session = sessions.current(connection);
      return session && decorate(session);
    },
    invalidate: (connection) => sessions.invalidate(connection),
    reread: (connection) => sessions.reread(connection),
    onDidChange: sessions.onDidChange,
  };
}
