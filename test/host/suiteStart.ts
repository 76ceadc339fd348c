/** The first line that the suite prints. */
export const suiteStart = "Testing in the extension host:";
