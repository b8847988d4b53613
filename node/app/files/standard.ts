/** The argument that stands for standard input and output. */
export const STANDARD = '-';
