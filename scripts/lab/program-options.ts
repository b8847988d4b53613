/** Words of a command line that a program does not understand. */
export class BadWords extends Error {
  override readonly name = 'BadWords';
}

/** What `parse`, a call of parseArgs, understood. BadWords for an unknown option, one without its value, and stray words. */
export const understood = <Values>(parse: () => { readonly values: Values }): Values => {
  try {
    return parse().values;
  } catch (error) {
    const [sentence = 'these words are not understood'] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new BadWords(sentence, { cause: error });
  }
};

/** A whole number from 1 that an option names, or `otherwise` if it is left out. */
export const countOf = (option: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new BadWords(`--${option} is "${text}", and should be a whole number from 1`);
  return Number(text);
};

/** Runs a program: its usage for `--help`; a line and the usage, and exit code 2, for words that it does not understand. */
export const runProgram = async <Choice extends object>(
  usage: string,
  read: () => Choice & { readonly help?: unknown },
  work: (choice: Choice) => Promise<void>,
): Promise<void> => {
  try {
    const choice = read();
    if (choice.help === true) console.log(usage);
    else await work(choice);
  } catch (error) {
    if (!(error instanceof BadWords)) throw error;
    console.error(`${error.message}.\n\n${usage}`);
    process.exitCode = 2;
  }
};
