/** One thing that `npm run check` looks at. */
export interface Rule {
  readonly name: string;
  /** Looks at the project in folder `root` and says, line by line, what breaks the rule. */
  readonly find: (root: string) => Promise<readonly string[]>;
}
