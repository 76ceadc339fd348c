/** "waiting for deletion" becomes "Waiting for deletion". */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
