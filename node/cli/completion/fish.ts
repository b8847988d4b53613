import { namesOf, type Option, type Place } from './places.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

const valueWords = ({ value }: Option): string => {
  if (value === undefined) return '';
  if (value.kind === 'words') return ` -x -a ${quoted(value.words.join(' '))}`;
  return value.kind === 'file' ? ' -r -F' : ' -x';
};

/** The script for fish. */
export const fishScript = (places: readonly Place[]): string => {
  const paths = places.map(({ path }) => path).filter((path) => path !== '');
  const lines = places.flatMap(({ path, next, options }) => {
    const at = `complete -c holdfast -n ${quoted(`__holdfast_at ${quoted(path)}`)}`;
    return [
      ...next.map(({ word, summary }) => `${at} -f -a ${word} -d ${quoted(summary)}`),
      ...options.map((option) => `${at} -l ${option.name.replace(/^--/, '')}${valueWords(option)} -d ${quoted(option.summary)}`),
    ];
  });
  return `# Completion of holdfast for fish, made by "holdfast completion fish".
function __holdfast_at
  set -l place ''
  set -l skip no
  for word in (commandline -opc)[2..-1]
    if test $skip = yes
      set skip no
      continue
    end
    if contains -- $word ${namesOf(places).join(' ')}
      set skip yes
      continue
    end
    set -l next (string trim -- "$place $word")
    if contains -- $next ${paths.map(quoted).join(' ')}
      set place $next
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
};
