/** What module pages reuse: headless hooks, and the parts that draw a record from its metadata. */
export { RecordDetailPage, RecordFormPage, RecordImportPage, RecordListPage } from "./pages";
export { useRecordList, type RecordList } from "./list/use-record-list";
export { useRecord } from "./detail/use-record";
export { useRecordForm, type RecordFormState } from "./form/use-record-form";
export { useRecordAction } from "./detail/use-record-action";
export { useInlineEdit } from "./list/use-inline-edit";
export { columnsOf } from "./list/columns";
export { RecordGrid } from "./list/record-grid";
export { RecordForm } from "./form/record-form";
export { LineGrid } from "./form/line-grid";
export { RefSelect } from "../fields/ref/ref-select";
export { AppLink, EntityLink } from "./entity-link";
export { slotName } from "./slot-name";
export { problemText } from "./problem-text";
