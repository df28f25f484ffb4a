export { RecordListPage as ListRoute } from "@/platform/records/pages";
