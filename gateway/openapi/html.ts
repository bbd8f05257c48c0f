/** HTML made safely: everything put into it is escaped, unless it is HTML made here. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Html[] | undefined;

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] as string;
  parts.forEach((part, at) => {
    text += shown(part) + (strings[at + 1] as string);
  });
  return new Html(text);
}

/** Text with `code` in backticks and paragraphs at empty lines. */
export function prose(text: string): Html {
  const paragraphs = text.split(/\n\n+/).map((paragraph) => {
    const marked = escaped(paragraph).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
    return `<p>${marked}</p>`;
  });
  return new Html(paragraphs.join(''));
}

function shown(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return (part as readonly Html[]).map((one) => one.text).join('');
  return escaped(String(part));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
