/**
 * Loaded before a program, lets its clock be wrong: by CHAOS_CLOCK milliseconds from the start, and by CHAOS_CLOCK_JUMP more from each
 * SIGUSR2 on. Timers run as they do.
 */
const true_ = Date;
let shift = Number(process.env['CHAOS_CLOCK'] ?? 0);
process.on('SIGUSR2', () => (shift += Number(process.env['CHAOS_CLOCK_JUMP'] ?? 0)));

class ShiftedDate extends true_ {
  constructor(...words: readonly unknown[]) {
    if (words.length === 0) super(true_.now() + shift);
    else super(...(words as [number]));
  }

  static override now(): number {
    return true_.now() + shift;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;
