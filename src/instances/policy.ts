/** Where a policy applies; without it the documentation's placeholders stay. */
export interface PolicyPlace {
  readonly accountId: string;
  readonly region: string;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document, indented for reading. */
export function policyJson(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
}

/** A policy document, and what it is called where it can be copied: how much of a policy it is decides how it is used. */
export interface PolicyToCopy {
  readonly title: string;
  readonly json: string;
}

/** "7 statements for the key policy" */
export function policyToCopy(purpose: string, statements: readonly PolicyStatement[]): PolicyToCopy {
  const count = statements.length === 1 ? "1 statement" : `${statements.length} statements`;
  return { title: `${count} ${purpose}`, json: policyJson(statements) };
}

/** On every resource. */
export function allow(Action: string | readonly string[]): PolicyStatement {
  return { Effect: "Allow", Action, Resource: "*" };
}
