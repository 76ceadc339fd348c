import type { OperationRecord } from "../../operations/operationRecord";
import type { OperationNode } from "../../ui/tree/nodes";
import { listedOperations, type ActivityFilter } from "./activityFilter";

/** The rows that the Activity view has now. The same operation stays the same object, so that its row can be drawn again. */
export class ActivityNodes {
  #given: ReadonlyMap<string, OperationNode> = new Map();

  get all(): readonly OperationNode[] {
    return [...this.#given.values()];
  }

  give(records: readonly OperationRecord[], filter: ActivityFilter): OperationNode[] {
    const before = this.#given;
    const node = ({ id: operationId, connection, kind }: OperationRecord): OperationNode =>
      before.get(operationId) ?? { type: "operation", connection, kind, operationId };
    this.#given = new Map(listedOperations(records, filter).map((record) => [record.id, node(record)]));
    return [...this.all];
  }

  /** What is to be drawn again after a change of an operation; undefined for all, when it comes, goes, or is not known. */
  changed(record: OperationRecord | undefined, filter: ActivityFilter): OperationNode | undefined {
    const isListed = record !== undefined && listedOperations([record], filter).length > 0;
    return isListed ? this.#given.get(record.id) : undefined;
  }
}
