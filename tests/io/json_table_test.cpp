#include "exahca/core/error.hpp"
#include "exahca/io/results_import.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace exahca {
namespace {

// Which shows in that what stands behind the member that tells is not looked at.
TEST(TablesInJson, an_array_of_results_is_not_taken_apart_to_see_that_it_is_no_table)
{
    for (auto const* text : {R"([{"model_info": {"results": [1]}, "evaluation_results": [}, broken)",
                             R"( [{"a": [{"b": 1}, 2, null, true, -3, 1.5, "c"], "results": broken)"})
        EXPECT_FALSE(csv_of_json_array(text, "r.json")) << text;
    // Members of the kind elsewhere tell nothing; and what is broken before is for the reader of it all.
    EXPECT_EQ(csv_of_json_array(R"([{"a": {"results": 1}}, {"a": 2}])", "r.json").value().csv,
              "\"a.results\",\"a\"\n\"1\",\"\"\n\"\",\"2\"\n");
    EXPECT_FALSE(csv_of_json_array(R"([{"a": 1}, {"results": 1}])", "r.json"));
    EXPECT_FALSE(csv_of_json_array(R"([{"a": NaN, "results": 1}])", "r.json"));
    for (auto const* text : {R"([{"a": broken)", R"([{"a": 1}, broken)", "[1,"})
        EXPECT_THROW((void)csv_of_json_array(text, "r.json"), InvalidInput) << text;
    for (auto const* text : {"[[{\"results\": 1}]]", "[1]", "[]", "[\"results\"]", " ", ""})
        EXPECT_FALSE(csv_of_json_array(text, "r.json")) << text;

    TemporaryDirectory const directory;
    std::ofstream(directory.file("o.json")) << std::string(1000, ' ') << R"({"results": {}})";
    EXPECT_FALSE(read_json_table(directory.file("o.json")));
    std::ofstream(directory.file("t.json")) << std::string(1000, '\n') << R"([{"model": "m"}])";
    auto const table = read_json_table(directory.file("t.json"));
    ASSERT_TRUE(table);
    EXPECT_EQ(table->csv, "\"model\"\n\"m\"\n");
}

TEST(TablesInJson, an_object_may_be_a_table)
{
    auto const csv = [](char const* text) {
        return csv_of_json_object(text, "t.json").value_or(JsonTable{"none", {}, {}}).csv;
    };
    EXPECT_EQ(csv(R"({"a": {"x": 1, "y": {"z": 2}}, "b": {"x": 3}})"),
              "\"model\",\"x\",\"y.z\"\n\"a\",\"1\",\"2\"\n\"b\",\"3\",\"\"\n");
    EXPECT_EQ(csv(R"({"0": {"model": "a", "x": 1}, "1": {"model": "b", "x": 2}})"),
              "\"model\",\"x\"\n\"a\",\"1\"\n\"b\",\"2\"\n");
    EXPECT_EQ(csv(R"({"k": {"model": "a"}, "l": {"model": "b"}})"), "\"key\",\"model\"\n\"k\",\"a\"\n\"l\",\"b\"\n");
    EXPECT_EQ(csv(R"({"model": {"0": "a", "1": "b"}, "x": {"0": 1, "1": null}})"),
              "\"model\",\"x\"\n\"a\",\"1\"\n\"b\",\"\"\n");
    EXPECT_EQ(csv(R"({"n": 2, "rows": [{"x": 1}, {"x": 2}]})"), "\"x\"\n\"1\"\n\"2\"\n");
    EXPECT_EQ(csv("{\"x\": 1}\n{\"x\": 2}\n"), "\"x\"\n\"1\"\n\"2\"\n");
    EXPECT_EQ(csv(R"({"a": {"x": 1, "x": 2}, "b": {"x": 3}})"), "\"model\",\"x\"\n\"a\",\"2\"\n\"b\",\"3\"\n");
    // Results, seen before the end; what is no table; what could be two.
    for (auto const* text : {R"({"results": broken)", R"({"a": {"b": 1}, "evaluation_results": [)",
                             R"({"a": {}, "results": {"x": NaN}})", R"({"a": 1})", "{}", R"({"a": {"x": 1}})",
                             R"({"a": [1]})", R"({"a": []})", "[]", "", R"({"a": [{"x": 1}], "b": [{"x": 2}]})"})
        EXPECT_EQ(csv(text), "none") << text;
    EXPECT_THROW((void)csv("{\"a\": {"), InvalidInput);
}

TEST(TablesInJson, rows_may_be_below_results)
{
    auto const table = [](char const* text) {
        auto const found = text[0] == '[' ? csv_of_json_array(text, "t.json") : csv_of_json_object(text, "t.json");
        return found.value_or(JsonTable{"none", {}, {}});
    };
    // By name, as OpenVLM has them; what one model did has one level less, or says what was run.
    auto const by_name = table(
        R"({"time": "now", "results": {"m": {"META": {"Org": "a"}, "X": {"Overall": 5}}, "n": {"X": {"Overall": 6}}}})");
    EXPECT_EQ(by_name.csv, "\"model\",\"META.Org\",\"X.Overall\"\n\"m\",\"a\",\"5\"\n\"n\",\"\",\"6\"\n");
    EXPECT_EQ(by_name.note, "each member of results is a row, and its key the model's name");
    EXPECT_EQ(table(R"({"meta": {"v": 1}, "results": {"m": {"X": {"o": 5}}, "n": {"X": {"o": 6}}}})").csv,
              "\"model\",\"X.o\"\n\"m\",\"5\"\n\"n\",\"6\"\n");
    EXPECT_EQ(table(R"({"results": [{"model": "m", "X": 1}], "n": 3})").csv, "\"model\",\"X\"\n\"m\",\"1\"\n");
    for (auto const* text : {R"({"results": {"arc": {"acc": 1, "f1": [{"x": 1}]}, "mmlu": {"acc": {"x": 1}}}})",
                             R"({"config": {}, "results": {"m": {"X": {"o": 5}}, "n": {"X": {"o": 6}}}})",
                             R"({"results": {"m": {"X": {"o": 5}}, "n": {"X": {"o": 6}}}, "model_name": "m"})",
                             R"({"results": {"m": {"X": {"o": 5}}}})", R"({"results": [1]})"})
        EXPECT_EQ(table(text).csv, "none") << text;
    // In a row they may be its cells.
    EXPECT_EQ(table(R"([{"model": "m", "results": {"X": 1, "Y": null}}])").csv,
              "\"model\",\"results.X\",\"results.Y\"\n\"m\",\"1\",\"\"\n");
    EXPECT_EQ(table(R"([{"model": "m", "results": {"X": {"acc": 1}}}])").csv,
              "\"model\",\"results.X.acc\"\n\"m\",\"1\"\n");
    for (auto const* text : {R"([{"results": {"X": {"acc": 1}}, "model_name": "m"}])",
                             R"([{"model": "m", "results": {"X": {"acc": 1}}, "config": {}}])",
                             R"([{"model": "m", "evaluation_results": []}])"})
        EXPECT_EQ(table(text).csv, "none") << text;
}

TEST(TablesInJson, parts_of_a_file_are_no_rows)
{
    auto const table = csv_of_json_object(R"({"meta": {"v": 1}, "models": {"m": {"X": 5}, "n": {"X": 6}}})", "t.json");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->csv, "\"model\",\"X\"\n\"m\",\"5\"\n\"n\",\"6\"\n");
    EXPECT_EQ(table->note, "each member of models is a row, and its key the model's name");
    EXPECT_EQ(csv_of_json_object(R"({"m": {"X": {"a": 1}}, "n": {"X": {"a": 2}}})", "t.json").value().csv,
              "\"model\",\"X.a\"\n\"m\",\"1\"\n\"n\",\"2\"\n");
}

TEST(TablesInJson, tables_whose_header_is_a_list)
{
    std::string const wanted = "\"model\",\"X\"\n\"m\",\"1.5\"\n\"n\",\"\"\n";
    for (auto const* text : {R"({"columns": ["model", "X"], "index": [0, 1], "data": [["m", 1.5], ["n", null]]})",
                             R"({"headers": ["model", "X"], "data": [["m", 1.5], ["n", null]], "metadata": null})",
                             R"({"v": 1, "table": {"columns": ["model", "X"], "rows": [["m", 1.5], ["n", null]]}})"})
        EXPECT_EQ(csv_of_json_object(text, "t.json").value_or(JsonTable()).csv, wanted) << text;
    EXPECT_EQ(csv_of_json_array(R"([["model", "X"], ["m", 1.5], ["n", null]])", "t.json").value().csv, wanted);
    EXPECT_EQ(csv_of_json_object(R"({"columns": ["X", "Y"], "index": ["m", "n"], "data": [[1, 2], [3, 4]]})", "t.json")
                  .value()
                  .csv,
              "\"\",\"X\",\"Y\"\n\"m\",\"1\",\"2\"\n\"n\",\"3\",\"4\"\n");
    auto const lists = csv_of_json_object(R"({"model": ["m", "n"], "X": [1.5, null]})", "t.json").value();
    EXPECT_EQ(lists.csv, wanted);
    EXPECT_EQ(lists.note, "its members are columns, with a list of cells each");
    for (auto const* text :
         {R"({"model": ["m", "n"], "X": [1.5]})", R"({"model": ["m"], "X": [[1]]})", R"({"a": [], "b": []})"})
        EXPECT_FALSE(csv_of_json_object(text, "t.json")) << text;
    // As HELM's pages take them: cells with more than their value, and several tables.
    std::string const accuracy =
        R"({"title": "Accuracy", "header": [{"value": "model"}, {"value": "X", "lower": false}],
        "rows": [[{"value": "m", "href": ""}, {"value": 1.5}], [{"value": "n"}, {"description": "no runs"}]]})";
    auto const efficiency = R"({"title": "Efficiency", "header": [{"value": "model"}, {"value": "s"}],
        "rows": [[{"value": "m"}, {"value": 3}]]})";
    auto const both = csv_of_json_array("[" + accuracy + "," + efficiency + "]", "t.json").value();
    EXPECT_EQ(both.csv, "\"model\",\"X\"\n\"m\",\"1.5\"\n\"n\",\"\"\n");
    EXPECT_EQ(both.note,
              "it holds 2 tables: the first is read, Accuracy; for another, Efficiency (jq '.[1]' FILE > NEW "
              "takes the second)");
    EXPECT_EQ(csv_of_json_array("[" + accuracy + "]", "t.json").value().note, "");
    EXPECT_EQ(csv_of_json_object(accuracy, "t.json").value().csv, both.csv);
    // No cell is cut off, and lists of numbers are no table.
    auto const problem = message_of<InvalidInput>(
        [] { (void)csv_of_json_array(R"([["model", "X"], ["m", 1.5], ["n", 1, 2]])", "t.json"); });
    EXPECT_NE(problem.find("t.json: row 2 of its table has 3 cells where the header has 2"), std::string::npos);
    for (auto const* text : {"[[1, 2], [3, 4]]", R"([["model", "X"]])", R"([["a", "b"], ["c", [1]]])"})
        EXPECT_FALSE(csv_of_json_array(text, "t.json")) << text;
}

} // namespace
} // namespace exahca
