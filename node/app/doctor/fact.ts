/** A check cannot be made, since a fact that it needs is not known; another check says why. */
export class NotKnown extends Error {
  override readonly name = 'NotKnown';

  constructor(readonly fact: string) {
    super(`${fact} is not known`);
  }
}

/** Something that several checks need, looked up when first asked for and only once. */
export interface Fact<Value> {
  /** For the check that reports on this fact: rejects with what went wrong. */
  learn(): Promise<Value>;
  /** For checks that build on it: rejects with {@link NotKnown}. */
  known(): Promise<Value>;
}

/** A fact called `name` in sentences such as "for want of NAME". What `lookUp` builds on and does not know is passed on. */
export const createFact = <Value>(name: string, lookUp: () => Promise<Value>): Fact<Value> => {
  let answer: Promise<Value> | undefined;
  const learn = (): Promise<Value> => (answer ??= lookUp());
  const known = async (): Promise<Value> => {
    try {
      return await learn();
    } catch (cause) {
      throw cause instanceof NotKnown ? cause : new NotKnown(name);
    }
  };
  return { learn, known };
};
