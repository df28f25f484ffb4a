/** A label as it stands inside a sentence: "Sales order" → "sales order"; names and acronyms keep their capitals. */
export const mid = (label: string): string => (/^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label);
