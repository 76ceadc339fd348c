// A reporter for Stryker that keeps each mutant as it is tested, for scripts/mutate.mjs in the same process: a run that is
// stopped can still tell what it has found.

export const tested = [];

class KeepingReporter {
  onMutantTested(mutant) {
    tested.push(mutant);
  }
}

export const strykerPlugins = [{ kind: "Reporter", name: "keeping", injectableClass: KeepingReporter }];
