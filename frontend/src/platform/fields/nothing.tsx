/** A value that is not there: an en dash, never an empty cell that looks like an error. */
export const Nothing = () => <span className="dim">–</span>;
