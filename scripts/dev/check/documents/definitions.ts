/** Whether a source in TypeScript or Solidity defines `name`: declared, or as a function among an object's members. */
export const defines = (source: string, name: string): boolean => {
  const declared = `\\b(?:const|let|function\\*?|class|interface|type|library|contract|struct|event|error|modifier)\\s+${name}\\b`;
  const member = `^\\s+${name}:\\s*(?:async\\s*)?\\(`;
  const method = `^\\s+(?:async\\s+)?\\*?${name}\\([^;]*?\\)[^;\\n]*\\{$`;
  return [declared, member, method].some((pattern) => new RegExp(pattern, 'm').test(source));
};
