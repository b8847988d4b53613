/** Something that a person can put right: what is wrong, and what to do. */
export class SetupError extends Error {
  constructor(message, remedy, options) {
    super(message, options);
    this.remedy = remedy;
  }
}
