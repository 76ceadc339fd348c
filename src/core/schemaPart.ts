/** What a schema of zod is made of, for whoever goes along one beside a value: names of zod, as far as they are looked at here. */
export interface SchemaPart {
  readonly def: {
    readonly type: string;
    /** Of a pipe: what comes first. */
    readonly in?: SchemaPart;
    readonly innerType?: SchemaPart;
    /** Of an array. */
    readonly element?: SchemaPart;
    /** Of a record. */
    readonly valueType?: SchemaPart;
    /** Of an object. */
    readonly shape?: Readonly<Record<string, SchemaPart>>;
  };
}
