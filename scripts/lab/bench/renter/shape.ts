/** How the bench of the renter is run. */
export interface RenterBench {
  readonly k: number;
  readonly n: number;
  readonly turns: number;
  readonly mebibytes: number;
  /** Of the file of which the last bytes are read. */
  readonly rangeMebibytes: number;
  /** Of the file that memory is measured with beside. */
  readonly largeMebibytes: number;
}
