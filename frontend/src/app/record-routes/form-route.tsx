export { RecordFormPage as FormRoute } from "@/platform/records/pages";
