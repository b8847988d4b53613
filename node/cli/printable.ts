/** What a terminal obeys, line breaks and tabs aside, and what turns the direction of text around. */
const OBEYED = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** `text` as a terminal may be given it: names of files, addresses of providers and reasons of errors are whatever somebody wrote. */
export const printable = (text: string): string => text.replaceAll(OBEYED, '�');
