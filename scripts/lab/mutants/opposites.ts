/** What each comparison is exchanged for that says otherwise of equal ones only. */
export const BOUNDARIES: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

/** What each operator is exchanged for, in Solidity and TypeScript. */
export const OPPOSITES: Readonly<Record<string, string>> = {
  ...BOUNDARIES,
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '/',
  '==': '!=',
  '!=': '==',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '+=': '-=',
  '-=': '+=',
};

/** The number after the decimal literal `text`, and the one before, unless it is zero. */
export const neighbours = (text: string): readonly string[] => {
  const value = BigInt(text.replaceAll('_', ''));
  return [value + 1n, ...(value > 0n ? [value - 1n] : [])].map(String);
};
