import themes from "./pageThemes.data.json";

export type PageTheme = keyof typeof themes;

/** The variables that VS Code 1.139 sets for its modern and high contrast themes, as far as the pages use them. */
export function themeVariables(theme: PageTheme): Readonly<Record<string, string>> {
  return themes[theme];
}
