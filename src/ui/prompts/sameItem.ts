import type { PickItem, PickRequest } from "./prompts";

/**
 * The item that takes the place of the one that has the focus, when a list is drawn anew: the same one; else, of the item
 * that had the focus at first, the one that would have it now; else the one that reads the same.
 */
export function sameItem<T>(
  items: readonly PickItem<T>[],
  focused: PickItem<T>,
  isActive: PickRequest<T>["isActive"],
): PickItem<T> | undefined {
  return (
    items.find(({ value }) => value === focused.value) ??
    (isActive?.(focused.value) ? items.find(({ value }) => isActive(value)) : undefined) ??
    items.find(({ label }) => label === focused.label)
  );
}
