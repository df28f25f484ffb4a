export { Grid } from "./grid";
export { rowHeight, type Density, type GridColumn, type GridKey, type GridProps, type GridSort } from "./types";
