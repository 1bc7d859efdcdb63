#include "exahca/io/results_import.hpp"

#include "exahca/core/error.hpp"
#include "exahca/io/domain_source.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <zlib.h>

namespace exahca {
namespace {

using Names = std::vector<std::string>;

CsvImportResult import_text(std::string const& text, CsvImportOptions const& options = {})
{
    return import_csv_text(text, "t.csv", options);
}

std::string packed(std::string const& text)
{
    std::string bytes(text.size() + 100, '\0');
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

Names names_of(std::vector<IgnoredColumn> const& columns)
{
    Names names;
    for (auto const& ignored : columns) names.push_back(ignored.column);
    return names;
}

TEST(TableImport, delimiters_are_found_and_can_be_given)
{
    Matrix wanted(2, 2);
    wanted << 1.5, 2, 3, 4;
    for (std::string const delimiter : {",", ";", "\t", "|"}) {
        auto const row = [&](Names const& fields) {
            std::string line;
            for (auto const& field : fields) line += (line.empty() ? "" : delimiter) + field;
            return line + "\n";
        };
        auto const text =
            row({"model", "base_model", "A", "B"}) + row({"a", "x", "1.5", "2"}) + row({"b", "y", "3", "4"});
        auto const result = import_text(text);
        EXPECT_EQ(result.matrix.scores, wanted);
        EXPECT_EQ(std::string(1, result.delimiter), delimiter);
    }
    CsvImportOptions colon;
    colon.delimiter = ':';
    EXPECT_EQ(import_text("model:base_model:A:B\na:x:1.5:2\nb:y:3:4\n", colon).matrix.scores, wanted);
    // A comma within a name is no delimiter where the header says otherwise, and one in a number then a decimal comma.
    auto const european = import_text("base_model;model;A, hard;B\nx;a;1,5;2\ny;b;3;4\n");
    EXPECT_EQ(european.matrix.benchmarks, (Names{"A, hard", "B"}));
    EXPECT_EQ(european.matrix.scores, wanted);
}

TEST(TableImport, benchmarks_of_a_long_table_that_are_left_out_are_named)
{
    std::string text = "model,base_model,benchmark,score,note\n";
    for (std::string const benchmark : {"A", "B", "C", "rank"})
        text += "a,x," + benchmark + ",1,\nb,y," + benchmark + ",2*,\n";
    text += ",,,,\n";
    auto const import = [&](Names const& scores, Names const& excluded) {
        CsvImportOptions options;
        options.score_columns = scores;
        options.excluded = excluded;
        return import_long_text(text, "t.csv", {"model", "benchmark", "score"}, options);
    };
    auto const without_rank = import({}, {"ra*"});
    EXPECT_EQ(without_rank.matrix.benchmarks, (Names{"A", "B", "C"}));
    ASSERT_EQ(names_of(without_rank.ignored_benchmarks), Names{"rank"});
    EXPECT_EQ(without_rank.ignored_benchmarks[0].reason, IgnoreReason::excluded);
    EXPECT_EQ(names_of(without_rank.ignored_columns), Names{"note"});
    EXPECT_EQ(without_rank.notes, Names{"rows without any text, left out: 1"});
    ASSERT_EQ(without_rank.readings.size(), 1U); // half of the cells have marks
    EXPECT_EQ(without_rank.readings[0].example, "2*");
    EXPECT_EQ(without_rank.readings[0].value, 2);
    auto const chosen = import({"C", "A"}, {});
    EXPECT_EQ(names_of(chosen.ignored_benchmarks), (Names{"B", "rank"}));
    EXPECT_EQ(chosen.ignored_benchmarks[0].reason, IgnoreReason::not_chosen);
}

TEST(TableImport, gzip_in_one_member_and_in_several)
{
    std::string const first = "model,base_model,A,B\na,x,1,2\n", second = "b,x,3,4\n";
    auto const plain = import_text(first + second);
    for (auto const& bytes :
         {packed(first + second), packed(first) + packed(second), packed(first + second) + std::string(512, '\0')})
        EXPECT_EQ(import_text(bytes).matrix.scores, plain.matrix.scores);
    auto const whole = packed(first + second);
    for (std::size_t size = 3; size < whole.size(); ++size)
        EXPECT_THROW((void)import_text(whole.substr(0, size)), InvalidInput) << size;
    EXPECT_NE(message_of<InvalidInput>([] {
                  (void)import_text("PK\x03\x04 and so on");
              }).find("a ZIP archive or a spreadsheet"),
              std::string::npos);
    TemporaryDirectory const directory;
    std::ofstream(directory.file("t.csv.gz"), std::ios::binary) << whole;
    EXPECT_EQ(import_csv(directory.file("t.csv.gz")).matrix.scores, plain.matrix.scores);
}

TEST(TableImport, a_table_of_many_blocks_is_the_same_as_its_rows)
{
    // Longer than what is read at once, with line ends of every kind and names of several bytes at every place of a
    // block.
    for (std::string const end : {"\n", "\r\n", "\r"}) {
        std::string text = "model,base_model,A,B" + end;
        constexpr int rows = 60'000;
        for (int i = 0; i < rows; ++i)
            text += "m\xc3\xa9" + std::string(static_cast<std::size_t>(i % 7), 'x') + std::to_string(i) + ",x," +
                    std::to_string(i) + ",-1.5" + end;
        auto const result = import_text(text);
        ASSERT_EQ(result.rows_read, rows);
        for (Index i = 0; i < rows; i += 997) EXPECT_EQ(result.matrix.scores(i, 0), static_cast<double>(i));
        auto broken = text;
        broken[broken.size() - 9 - end.size()] = '\xff';
        EXPECT_NE(message_of<InvalidInput>([&] { (void)import_text(broken); }).find("line 60001: this is not UTF-8"),
                  std::string::npos);
    }
}

TEST(TableImport, exclude_takes_names_and_patterns)
{
    std::string const text = "model,base_model,A,rank_A,rank_B,B\na,x,1,1,1,2\nb,x,3,2,2,4\n";
    CsvImportOptions options;
    options.excluded = {"rank*"};
    auto const result = import_text(text, options);
    EXPECT_EQ(result.matrix.benchmarks, (Names{"A", "B"}));
    EXPECT_EQ(names_of(result.ignored_columns), (Names{"rank_A", "rank_B"}));
    options.excluded = {"C"};
    EXPECT_THROW((void)import_text(text, options), InvalidInput);
    options.excluded = {"A"};
    options.score_columns = {"A", "B"};
    EXPECT_THROW((void)import_text(text, options), UsageError);
}

TEST(TableImport, what_is_dropped_is_reported_as_it_was)
{
    // y lacks B throughout: dropping rows takes the base model away, leaving out B keeps everything.
    std::string text = "model,base_model,A,B,C\n";
    for (int i = 0; i < 6; ++i) text += "m" + std::to_string(i) + (i % 2 == 0 ? ",x,1,2,3\n" : ",y,1,,3\n");
    for (auto const policy : {MissingPolicy::keep, MissingPolicy::drop}) {
        CsvImportOptions options;
        options.missing = policy;
        auto const result = import_text(text, options);
        EXPECT_EQ(result.missing.all.models, 6);
        EXPECT_EQ(result.missing.all.complete, 3);
        ASSERT_EQ(result.missing.by_domain.size(), 2U);
        EXPECT_EQ(result.missing.by_domain[1].missing, (std::vector<std::int64_t>{0, 3, 0}));
        ASSERT_EQ(result.missing.removals.size(), 1U);
        EXPECT_EQ(result.missing.removals[0].benchmark, 1);
        EXPECT_EQ(result.missing.removals[0].complete, 6);
        EXPECT_EQ(result.missing.incomplete, (Names{"y"}));
        EXPECT_EQ(result.losses.size(), policy == MissingPolicy::drop ? 1U : 0U);
    }
}

TEST(LongImport, entries_become_a_matrix)
{
    std::string const text =
        "benchmark;score;model;base_model;note\nA;1,5;m;x;\nB;2,5;m;x;\nB;4,5;n;y;\nB;6,5;n;;\nA;n/a;n;y;\n";
    auto const result = import_long_text(text, "long.csv", {"model", "benchmark", "score"});
    EXPECT_EQ(result.matrix.benchmarks, (Names{"A", "B"}));
    EXPECT_EQ(result.matrix.models, (Names{"m", "n"}));
    EXPECT_EQ(result.matrix.base_models, (Names{"x", "y"}));
    EXPECT_EQ(result.matrix.scores(0, 0), 1.5);
    EXPECT_EQ(result.matrix.scores(1, 1), 5.5); // the mean of two
    EXPECT_TRUE(std::isnan(result.matrix.scores(1, 0)));
    EXPECT_EQ(result.entries, 5);
    EXPECT_EQ(result.repeated_entries, 1);
    EXPECT_EQ(names_of(result.ignored_columns), (Names{"note"}));
    auto const refusal = [](std::string const& content) {
        return message_of<InvalidInput>([&] { (void)import_long_text(content, "l", {"model", "benchmark", "score"}); });
    };
    EXPECT_NE(refusal("model,benchmark,score,base_model\nm,A,1,x\nm,B,2,y\n").find("two base models"),
              std::string::npos);
    EXPECT_NE(refusal("model,benchmark,score,base_model\nm,A,1,x\nm,A,2,x\n").find("scores on 1 benchmarks"),
              std::string::npos);
    EXPECT_NE(refusal("model,benchmark,score,base_model\nm,A,1,x\nm,B,7B,x\n")
                  .find("line 3, column score: \"7B\" is not a number"),
              std::string::npos);
}

constexpr char const* harness =
    R"({"model_name": "org/m1", "date": 5, "group_subtasks": {"mmlu": ["mmlu_law"], "alone": ["arc"]},
 "results": {"arc": {"alias": "arc", "acc,none": 0.25, "acc_stderr,none": 0.01, "acc_norm,none": 0.5},
 "mmlu": {"acc,none": 0.75}, "mmlu_law": {"acc,none": 0.125},
 "wiki": {"word_perplexity,none": 12.5, "word_perplexity_stderr,none": "N/A", "bits,none": NaN}}})";

TEST(ResultsImport, files_of_the_evaluation_harness)
{
    CsvImportOptions options;
    options.domain_of = [](RowTexts const& row) { return std::string(row.model.substr(0, 3)); };
    auto result = import_results_text(harness, "r.json", {}, options);
    EXPECT_EQ(result.matrix.models, (Names{"org/m1"}));
    EXPECT_EQ(result.matrix.base_models, (Names{"org"}));
    EXPECT_EQ(result.matrix.benchmarks, (Names{"arc", "mmlu", "wiki"})); // mmlu_law is part of mmlu
    EXPECT_EQ(result.matrix.scores(0, 0), 50);
    EXPECT_EQ(result.matrix.scores(0, 1), 75);
    EXPECT_EQ(result.matrix.scores(0, 2), 12.5); // no share
    EXPECT_EQ(import_results_text(harness, "r.json", "acc", options).matrix.scores(0, 0), 25);

    TemporaryDirectory const directory;
    std::ofstream(directory.file("a.json")) << harness;
    std::ofstream(directory.file("b.json"))
        << R"({"config": {"model_args": "pretrained=org/m2,dtype=float"}, "date": 1, "results": {"arc": {"acc,none": 0.5}, "mmlu": {"acc,none": 0.5}}})";
    std::ofstream(directory.file("c.json"))
        << R"({"model_name": "org/m1", "date": 2, "results": {"arc": {"acc_norm,none": 0.125}}})";
    std::ofstream(directory.file("d.json")) << R"({"something": "else"})";
    result = import_results(directory.file("."), {}, options);
    EXPECT_EQ(result.matrix.models.size(), 2U);
    auto const first =
        std::find(result.matrix.models.begin(), result.matrix.models.end(), "org/m1") - result.matrix.models.begin();
    EXPECT_EQ(result.matrix.scores(first, 0), 50); // the file of the later date counts
    EXPECT_EQ(result.repeated_entries, 1);
    EXPECT_TRUE(std::isnan(result.matrix.scores(1 - first, 2)));
    EXPECT_NE(std::find(result.notes.begin(), result.notes.end(), "JSON files of other kinds, left out: 1"),
              result.notes.end());
}

// Of the first Open LLM Leaderboard, and of OpenVLM.
TEST(ResultsImport, other_programs_results_name_their_models_elsewhere)
{
    auto const result = import_results_text(
        R"({"config_general": {"model_name": "org/old"}, "results": {"harness|arc:challenge|25": {"acc": 0.25},
            "harness|mmlu|5": {"acc": 0.5}}})",
        "r.json", {}, {});
    EXPECT_EQ(result.matrix.models, (Names{"org/old"}));
    EXPECT_EQ(result.matrix.scores(0, 0), 25);
    EXPECT_EQ(
        import_results_text(R"({"model": "org/new", "results": {"a": {"acc": 0.25}, "b": {"acc": 0.5}}})", "r.json")
            .matrix.models,
        Names{"org/new"});
    auto const problem = message_of<InvalidInput>([] {
        (void)import_results_text(R"({"time": 1, "results": {"m": {"MMMU": {"Overall": 5}}}})", "r.json", {}, {});
    });
    EXPECT_NE(problem.find("import these alone (jq .results FILE > NEW)"), std::string::npos) << problem;
}

/// One file of the harness whose groups are nested: a whole, two groups in it, and their tasks.
std::string nested_groups(std::string const& model, double score)
{
    return R"({"model_name": ")" + model + R"(", "group_subtasks": {"all": ["g", "h"], "g": ["g1", "g2"], "h": ["h1"]},
      "higher_is_better": {"h": {"acc": false}}, "results": {"all": {"acc,none": 0.5},
      "g": {"acc,none": )" +
           std::to_string(score) + R"(}, "g1": {"acc,none": 0.1}, "g2": {"acc,none": 0.3},
      "h": {"acc,none": 0.7}, "h1": {"acc,none": 0.7}}})";
}

TEST(ResultsImport, nested_groups_are_taken_one_level_below_the_whole)
{
    auto const files = "[" + nested_groups("m", 0.2) + "," + nested_groups("n", 0.4) + "]";
    auto const result = import_results_text(files, "r.json");
    EXPECT_EQ(result.matrix.benchmarks, (Names{"g", "h"}));
    EXPECT_DOUBLE_EQ(result.matrix.scores(1, 0), 40);
    std::string notes;
    for (auto const& note : result.notes) notes += note + "\n";
    EXPECT_NE(notes.find("groups that are the mean of different benchmarks, left out: 1 (all)"), std::string::npos)
        << notes;
    EXPECT_NE(notes.find("parts of a group, left out: 3 (g1, g2, h1)"), std::string::npos) << notes;
    EXPECT_NE(notes.find("lower is better on h"), std::string::npos) << notes;
    CsvImportOptions by_name;
    by_name.score_columns = {"g1", "h1"};
    EXPECT_EQ(import_results_text(files, "r.json", {}, by_name).matrix.benchmarks, (Names{"g1", "h1"}));
}

TEST(ResultsImport, results_of_two_metrics_are_counted)
{
    auto const file = [](std::string const& model, std::string const& metric) {
        return R"({"model_name": ")" + model + R"(", "results": {"t": {")" + metric +
               R"(,none": 0.5}, "u": {"acc,none": 0.5}}})";
    };
    auto const result = import_results_text(
        "[" + file("a", "acc") + "," + file("b", "acc_norm") + "," + file("c", "acc") + "]", "r.json");
    ASSERT_FALSE(result.notes.empty());
    EXPECT_EQ(std::count(result.notes.begin(), result.notes.end(),
                         "warning: t is not one metric: acc in 2 results, acc_norm in 1 results"),
              1);
}

TEST(ResultsImport, shares_and_per_cents_of_every_eval_ever_are_told_apart_by_their_ranges)
{
    auto const file = [](std::string const& model, double most, double score) {
        return R"({"model_info": {"id": ")" + model + R"("}, "evaluation_results": [)" +
               R"({"evaluation_name": "A", "metric_config": {"min_score": 0, "max_score": )" + std::to_string(most) +
               R"(}, "score_details": {"score": )" + std::to_string(score) + R"(}},)" +
               R"({"evaluation_name": "B", "score_details": {"score": 3}}]})";
    };
    auto const result = import_results_text("[" + file("a", 1, 0.25) + "," + file("b", 100, 60) + "]", "r.json");
    ASSERT_EQ(result.matrix.benchmarks, (Names{"A", "B"}));
    EXPECT_EQ(result.matrix.scores(0, 0), 25);
    EXPECT_EQ(result.matrix.scores(1, 0), 60);
    EXPECT_EQ(result.matrix.scores(0, 1), 3);
    EXPECT_EQ(
        import_results_text("[" + file("a", 10, 2.5) + "," + file("b", 100, 60) + "]", "r.json").matrix.scores(0, 0),
        25);
    EXPECT_EQ(
        import_results_text("[" + file("a", 10, 2.5) + "," + file("b", 10, 6) + "]", "r.json").matrix.scores(0, 0),
        2.5);
}

// Before it is told from the scores whether they are shares.
TEST(ResultsImport, codes_of_missing_scores_are_taken_out_of_results_first)
{
    auto const file = [](std::string const& model, std::string const& score) {
        return R"({"model_info": {"id": ")" + model + R"("}, "evaluation_results": [)" +
               R"({"evaluation_name": "A", "metric_config": {"min_score": 0, "max_score": 1}, "score_details": {"score": )" +
               score + R"(}},)" + R"({"evaluation_name": "B", "score_details": {"score": 3}}]})";
    };
    auto const text = "[" + file("a", "0.25") + "," + file("b", "-1") + "]";
    CsvImportOptions everywhere, on_one;
    everywhere.missing_codes = {"-1"};
    on_one.benchmark_codes = {{"A", -1}};
    for (auto const* options : {&everywhere, &on_one}) {
        auto const result = import_results_text(text, "r.json", {}, *options);
        EXPECT_EQ(result.matrix.scores(0, 0), 25);
        EXPECT_TRUE(std::isnan(result.matrix.scores(1, 0)));
        EXPECT_EQ(result.missing_texts.at("-1"), 1);
    }
    EXPECT_EQ(import_results_text(text, "r.json").matrix.scores(1, 0), -1);
}

TEST(ResultsImport, a_group_of_different_metrics_is_no_benchmark)
{
    auto const file = [](std::string const& model) {
        return R"({"model_name": ")" + model +
               R"(", "group_subtasks": {"all": ["g", "h"], "g": ["g1"]}, "results": {)" +
               R"("all": {"acc,none": 0.5}, "g": {"acc_norm,none": 0.2}, "g1": {"acc_norm,none": 0.2},)" +
               R"("h": {"exact_match,none": 0.7}, "beside": {"acc,none": 0.4}}})";
    };
    EXPECT_EQ(import_results_text("[" + file("a") + "," + file("b") + "]", "r.json").matrix.benchmarks,
              (Names{"beside", "g", "h"}));
}

TEST(ResultsImport, files_of_every_eval_ever)
{
    auto const text =
        R"([{"model_info": {"id": "o/m", "additional_details": {"base_model": "q"}}, "retrieved_timestamp": "17.5",
     "evaluation_results": [
      {"evaluation_name": "Arabic", "source_data": {"dataset_name": "g"}, "metric_config": {"lower_is_better": false, "min_score": 0.0, "max_score": 1.0}, "score_details": {"score": 0.25}},
      {"evaluation_name": "Arabic", "source_data": {"dataset_name": "h"}, "metric_config": {"lower_is_better": true, "min_score": 0, "max_score": 100}, "score_details": {"score": 30}},
      {"evaluation_name": "Odd", "metric_config": {"has_unknown_level": true}, "score_details": {"score": -1}}]},
     {"model_info": {"name": "n"}, "evaluation_results": [{"evaluation_name": "Odd", "score_details": {"score": 3}}]}])";
    auto const result = import_results_text(text, "e.json");
    EXPECT_EQ(result.matrix.models, (Names{"n", "o/m"})); // those without a date first
    EXPECT_EQ(result.matrix.base_models, (Names{"", "q"}));
    EXPECT_EQ(result.matrix.benchmarks, (Names{"Odd", "g: Arabic", "h: Arabic"}));
    EXPECT_EQ(result.matrix.scores(1, 1), 25);
    EXPECT_EQ(result.matrix.scores(1, 2), 30);
    EXPECT_TRUE(std::isnan(result.matrix.scores(1, 0)));
    for (auto const* other : {"{", "[]", "{}", "3", R"({"results": []})", R"({"results": {"a": {"acc,none": 1}}})"})
        EXPECT_THROW((void)import_results_text(other, "o.json"), InvalidInput) << other;
}

TEST(DomainSource, patterns_and_tables)
{
    EXPECT_EQ(DomainPattern("^[^/]*/([a-z]+)").find("org/qwen2.5-7b"), "qwen");
    EXPECT_EQ(DomainPattern("qwen[0-9.]+").find("org/qwen2.5-7b"), "qwen2.5");
    EXPECT_EQ(DomainPattern("llama").find("org/qwen2.5-7b"), "");
    EXPECT_THROW(DomainPattern("("), UsageError);
    EXPECT_NO_THROW((void)DomainPattern("(a|b)*c").find(std::string(1 << 20, 'a')));
    TemporaryDirectory const directory;
    std::ofstream(directory.file("d.csv")) << "model;base_model\nm;x\nn;\nm;x\n";
    auto const domains = read_domain_table(directory.file("d.csv"), "model", "base_model");
    EXPECT_EQ(domains, (std::map<std::string, std::string, std::less<>>{{"m", "x"}}));
    std::ofstream(directory.file("d.csv")) << "model;base_model\nm;x\nm;y\n";
    EXPECT_NE(message_of<InvalidInput>([&] {
                  (void)read_domain_table(directory.file("d.csv"), "model", "base_model");
              }).find("m has two base models"),
              std::string::npos);
}

} // namespace
} // namespace exahca
