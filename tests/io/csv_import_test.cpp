#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/io/csv_import.hpp"
#include "io/csv_table.hpp"
#include "io/import_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace exahca {
namespace {

TEST(CsvImport, reads_quotes_line_ends_and_byte_order_mark_alike)
{
    for (std::string const end : {"\n", "\r\n", "\r"}) {
        auto const text = "\xef\xbb\xbfmodel,base_model,IFEval,\"GPQA, \"\"hard\"\"\"" + end + "\"a\nb\",x,1.5, 2 " +
                          end + end + "日本,,+3,-4e-1";
        auto const result = import_text(text);
        EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a\nb", "日本"}));
        EXPECT_EQ(result.matrix.base_models, (std::vector<std::string>{"x", ""}));
        EXPECT_EQ(result.matrix.benchmarks, (std::vector<std::string>{"IFEval", "GPQA, \"hard\""}));
        Matrix wanted(2, 2);
        wanted << 1.5, 2, 3, -0.4;
        EXPECT_EQ(result.matrix.scores, wanted);
        EXPECT_EQ(result.rows_read, 2);
        EXPECT_EQ(result.rows_without_domain, 1);
        EXPECT_EQ(result.scores_out_of_range, 1);
        EXPECT_EQ(result.rows_dropped, 0);
    }
}

// Advice about a header looks at the beginning of the table again: whoever asks for it has to be at the end.
TEST(CsvImport, tables_of_any_size_are_read_whole_whatever_names_their_models)
{
    for (int const rows : {100, 400, 3000, 40000}) { // below and above the blocks that a table is read in
        std::string lines;
        Matrix wanted(rows, 2);
        for (int i = 0; i < rows; ++i) {
            wanted.row(i) << i % 97 + 0.5, i % 89 + 0.25;
            lines +=
                "m" + std::to_string(i) + ",x," + std::to_string(i % 97) + ".5," + std::to_string(i % 89) + ".25\n";
        }
        for (auto const& [names, model] : std::vector<std::pair<std::string, std::string>>{
                 {"model,base_model", "model"}, {"text,base_model", ""}, {"**model**,base_model", "model"}}) {
            CsvImportOptions options;
            options.model_column = model;
            options.excluded = model.empty() ? std::vector<std::string>{"text"} : std::vector<std::string>{};
            auto const result = import_text(names + ",IFEval,GPQA\n" + lines, options);
            EXPECT_EQ(result.rows_read, rows) << names;
            EXPECT_EQ(result.matrix.scores, wanted) << names;
            EXPECT_EQ(result.matrix.models.back(),
                      model.empty() ? "row " + std::to_string(rows) : "m" + std::to_string(rows - 1));
        }
    }
}

TEST(CsvImport, a_bad_score_is_named_with_line_column_and_value)
{
    CsvImportOptions strict;
    strict.missing = MissingPolicy::refuse;
    EXPECT_EQ(refusal(header + "a,x,1,2\nb,x,1,2\nc,x,1,n/a\n", strict),
              "leaderboard.csv line 4, column GPQA: \"n/a\" stands for a missing score: fix it, or drop such rows with "
              "--missing drop");
    EXPECT_EQ(
        refusal(header + "\"a\n\",x,1,2\nb,x,,2\n", strict),
        "leaderboard.csv line 4, column IFEval: the score is missing: fix it, or drop such rows with --missing drop");
    for (std::string const value : {"inf", "nan", "-Infinity", "NaN"})
        EXPECT_NE(refusal(header + "a,x,1,2\nb,x," + value + ",2\n", strict).find("is not a finite number"),
                  std::string::npos)
            << value;
    for (std::string const value : {"1,5", "0x10", "95%", "1 2", "1e999", "--1", "+-1", "1.5.2"})
        EXPECT_NE(refusal(header + "a,x,1,2\nb,x,1,2\nc,x,\"" + value + "\",2\n").find("is not a number"),
                  std::string::npos)
            << value;
    EXPECT_NE(refusal(header + "a,x,1,2\n,x,1,2\n").find("line 3, column model: the model has no name"),
              std::string::npos);
}

TEST(CsvImport, missing_scores_are_kept_unless_told_otherwise)
{
    auto const result = import_text(header + "a,x,1,2\nb,x,,2\nc,x,n/a,NaN\nd,,N/A,-\ne,,7,-\n");
    EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a", "b", "e"}));
    EXPECT_EQ(result.rows_read, 5);
    EXPECT_EQ(result.rows_dropped, 0);
    EXPECT_EQ(result.rows_without_scores, 2);
    EXPECT_TRUE(std::isnan(result.matrix.scores(1, 0)));
    EXPECT_EQ(result.matrix.scores(1, 1), 2);
    EXPECT_TRUE(std::isnan(result.matrix.scores(2, 1)));
    // What says nothing of being missing is a mistake.
    EXPECT_NE(refusal(header + "a,x,1,2\nb,x,1O,2\nc,x,3,4\n").find("\"1O\" is not a number"), std::string::npos);
    EXPECT_NE(refusal(header + "a,x,1,2\nb,x,inf,2\n").find("is not a finite number"), std::string::npos);
    EXPECT_NE(refusal(header + "a,x,1,2\n,x,1,2\n").find("the model has no name"), std::string::npos);
    CsvImportOptions named;
    named.score_columns = {"IFEval", "GPQA"};
    EXPECT_NE(refusal(header + "a,x,1,\nb,x,2,\n", named).find("has no score in column GPQA"), std::string::npos);
}

TEST(CsvImport, dropped_rows_are_counted_and_explained)
{
    CsvImportOptions options;
    options.missing = MissingPolicy::drop;
    auto const result = import_text(header + "a,x,1,2\nb,x,,2\na,,200,4\nc,x,5,n/a\n", options);
    EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a", "a"}));
    EXPECT_EQ(result.rows_read, 4);
    EXPECT_EQ(result.rows_dropped, 2);
    EXPECT_EQ(result.repeated_models, 1);
    EXPECT_EQ(result.rows_without_domain, 1);
    EXPECT_EQ(result.scores_out_of_range, 1);
    ASSERT_EQ(result.dropped_examples.size(), 2U);
    EXPECT_EQ(result.dropped_examples[1], "leaderboard.csv line 5, column GPQA: \"n/a\" stands for a missing score");
    auto const none = refusal(header + "a,x,1,\nb,x,,2\n", options);
    EXPECT_NE(none.find("has no usable rows (2 were dropped, for each misses some score)"), std::string::npos) << none;
    EXPECT_NE(none.find("without --missing drop the import keeps them"), std::string::npos) << none;
    auto const nothing = refusal(header + "a,x,,\nb,x,,\n", options);
    EXPECT_EQ(nothing.find("--missing drop"), std::string::npos) << nothing;
}

// Tables are read in blocks that begin small: wherever a block ends, in a row, a CRLF, a character or quotation marks.
TEST(CsvImport, rows_may_lie_across_the_ends_of_blocks)
{
    constexpr std::size_t block = 8192;
    for (std::size_t length = block - 80; length < block + 8; ++length) {
        std::string text = "model,base_model,A,B\r\n" + std::string(length, 'm') + ",x,1,2\r\n";
        text += "\"\u00e9, quoted\r\n\u00e9\",\u00e9,3,4\r\n";
        for (int i = 0; i < 20; ++i) text += "n" + std::to_string(i) + ",y," + std::to_string(i) + ".5,7\r\n";
        auto const result = import_text(text);
        ASSERT_EQ(result.matrix.models.size(), 22U) << length;
        EXPECT_EQ(result.matrix.models[0].size(), length);
        EXPECT_EQ(result.matrix.models[1], "\u00e9, quoted\r\n\u00e9");
        EXPECT_EQ(result.matrix.scores(1, 1), 4);
        EXPECT_EQ(result.matrix.scores(21, 0), 19.5);
    }
}

// Delimiters are looked for at several characters at once: wherever they stand, and beside whatever bytes.
TEST(CsvImport, fields_of_every_length_are_cut_where_delimiters_stand)
{
    RandomStream random({1, "csv-import-test", 0, "", 0});
    std::vector<std::string> const letters{"a",      "-",      "+", ".", "\u00ac", "\u00a9",
                                           "\u20ac", "\u2c2c", ":", "{", "\x01"};
    for (char const delimiter : {',', ';', '\t', '|'})
        for (std::size_t columns = 1; columns < 30; ++columns) {
            std::string text;
            std::vector<std::string> fields;
            for (std::size_t j = 0; j < 3 * columns; ++j) {
                std::string field;
                for (auto length = random.below(j % 2 == 0 ? 3 : 12); length > 0; --length)
                    field += letters[random.below(letters.size())];
                if (j % columns == 0) field = "x" + field; // no line without text
                text += field + (j % columns + 1 == columns ? '\n' : delimiter);
                fields.push_back(std::move(field));
            }
            auto const table = io::parse_csv(text, "table.csv", delimiter);
            std::vector<std::string> found = table.header;
            for (auto const& row : table.rows) found.insert(found.end(), row.fields.begin(), row.fields.end());
            ASSERT_EQ(found, fields) << delimiter << columns;
        }
}

TEST(CsvImport, a_header_may_be_longer_than_what_is_looked_at_first)
{
    for (std::string const before : {"", "\n \r\n", "\xef\xbb\xbf"})
        for (std::size_t const length : {10U, 4090U, 5000U, 70000U}) {
            auto const name = std::string(length, 'b');
            auto const result =
                import_text(before + "\"" + name + ", a name\";model;base_model;A\n1,5;a;x;2\n2,5;b;x;3\n");
            EXPECT_EQ(result.delimiter, ';');
            EXPECT_EQ(result.matrix.benchmarks[0], name + ", a name");
        }
}

TEST(CsvImport, every_other_named_numeric_column_is_a_score_by_default)
{
    std::string const text = ",model,base_model,licence,params_b,IFEval,empty,GPQA\n"
                             "0,a,x,mit,7,1,,2\n1,b,x,7,8,1,,2\n2,c,x,apache,-1,1,,2\n";
    auto const result = import_text(text);
    EXPECT_EQ(result.matrix.benchmarks, (std::vector<std::string>{"params_b", "IFEval", "GPQA"}));
    ASSERT_EQ(result.ignored_columns.size(), 3U);
    EXPECT_EQ(result.ignored_columns[0].column, "#1");
    EXPECT_EQ(result.ignored_columns[0].reason, IgnoreReason::unnamed);
    EXPECT_EQ(result.ignored_columns[1].column, "licence");
    EXPECT_EQ(result.ignored_columns[1].reason, IgnoreReason::text);
    EXPECT_EQ(result.ignored_columns[1].example, "mit");
    EXPECT_EQ(result.ignored_columns[2].column, "empty");
    EXPECT_EQ(result.ignored_columns[2].reason, IgnoreReason::empty);
    EXPECT_EQ(result.scores_out_of_range, 1);

    CsvImportOptions options;
    options.score_columns = {"GPQA", "IFEval"};
    EXPECT_EQ(import_text(text, options).matrix.benchmarks, options.score_columns);
    options.score_columns = {"GPQA", "GPQA"};
    EXPECT_THROW((void)import_text(text, options), UsageError);
    options.score_columns = {"GPQA", "model"};
    EXPECT_THROW((void)import_text(text, options), UsageError);
    options.score_columns = {"GPQA", "MATH"};
    EXPECT_NE(refusal(text, options).find("no column \"MATH\" (its columns are: \"\", model, base_model"),
              std::string::npos);
}

TEST(CsvImport, files_that_are_no_table_are_refused_with_their_reason)
{
    std::pair<std::string, std::string> const cases[] = {
        {"", "leaderboard.csv is empty"},
        {"\xef\xbb\xbf\n\n", "leaderboard.csv is empty"},
        {header, "a header and no rows"},
        {header + "a,x,1\n", "line 2: 3 fields where the header has 4"},
        {header + "a,x,1,2,3\n", "line 2: 5 fields where the header has 4"},
        {header + "a,x,1,2\nb,\"x,1,2\nc,x,1,2\n", "line 3: a quotation mark is out of place"},
        {header + "a,x,1,2\nb,\"x\"y,1,2\n", "line 3: a quotation mark is out of place"},
        {"model;base_model;A;B\na;x;1\n", "line 2: 3 fields where the header has 4"},
        {"model\na\n", "no column \"base_model\""},
        {"model,base_model,A,A\na,x,1,2\n", "two columns \"A\" (columns 3 and 4)"},
        {"name,base_model,A,B\na,x,1,2\n", "no column \"model\""},
        {"model,family,A,B\na,x,1,2\n", "--domain-column"},
        {"model,base_model,A,B\na,x,1,y\n", "has 1 score column (a hierarchy"},
        {header + "a,x,1,2\nb,\xff,1,2\n", "line 3: this is not UTF-8 text"},
        {header + std::string("a,x\0,1,2\n", 9), "line 2: this is not UTF-8 text"},
        {std::string("\xff\xfem\0o\0d", 7), "begins like UTF-16 and is none"},
        {std::string("\xfe\xff\xdc\0", 4), "begins like UTF-16 and is none"},
        {header + "a,x\n", "line 2: 2 fields where the header has 4"},
        {header + "a\n", "line 2: 1 field where the header has 4"},
        {header + "caf\xe9,x,1,2\n", "iconv -f WINDOWS-1252 -t UTF-8"},
        {"# made today\nmodel,base_model,A,B\na,x,1,2\n", "take lines of comments out (grep -v '^#'"},
        {"Mod\u00e8le\u00a01,base_model,A,B\na,x,1,2\n", "no column \"model\""},
    };
    for (auto const& [text, wanted] : cases)
        EXPECT_NE(refusal(text).find(wanted), std::string::npos) << wanted << "\n" << refusal(text);
    EXPECT_NE(message_of<InvalidInput>([] { (void)import_csv("/no/such/file.csv"); }).find("No such file"),
              std::string::npos);
}

/// As spreadsheets save "Unicode text".
std::string in_utf16(std::u16string const& text, bool big)
{
    std::string bytes;
    for (char16_t const unit : u"\ufeff" + text) {
        auto const low = static_cast<char>(unit & 0xffU), high = static_cast<char>(unit >> 8U);
        bytes += big ? high : low;
        bytes += big ? low : high;
    }
    return bytes;
}

TEST(CsvImport, utf_16_is_read_like_utf_8)
{
    std::u16string text = u"model\tbase_model\tA\tB\r\n\u00e9\u65e5\tx\t1,5\t2\r\n\U0001f600\ty\t3,5\t4\r\n";
    for (int i = 0; i < 40'000; ++i) text += u"m\ty\t3,5\t4\n"; // more than one piece
    for (bool const big : {false, true}) {
        auto const result = import_text(in_utf16(text, big));
        ASSERT_EQ(result.matrix.models.size(), 40'002U);
        EXPECT_EQ(result.matrix.models[0], "\u00e9\u65e5");
        EXPECT_EQ(result.matrix.models[1], "\U0001f600");
        EXPECT_EQ(result.matrix.scores(0, 0), 1.5);
        EXPECT_EQ(result.matrix.scores(40'001, 0), 3.5);
    }
}

TEST(CsvImport, a_name_spelled_otherwise_is_pointed_out)
{
    CsvImportOptions options;
    options.score_columns = {"A b", "B"};
    EXPECT_NE(refusal("model,base_model,A\u00a0b,B\na,x,1,2\n", options)
                  .find("\"A<U+00A0>b\" is spelled otherwise than \"A b\""),
              std::string::npos);
    // Where there are two it is not known which.
    auto const two = refusal("Model,MODEL,A,B\na,x,1,2\n");
    EXPECT_NE(two.find("\"Model\" is spelled otherwise than \"model\"; \"MODEL\" is spelled"), std::string::npos);
    EXPECT_EQ(two.find("--delimiter"), std::string::npos) << two;
}

TEST(CsvImport, columns_without_a_name_say_whether_they_hold_something)
{
    auto const result = import_text("model;;base_model;;A;B;;C;\na;;x;;1,5;2;1.5;3;\nb;;y;;2,5;2;2.5;4;\n");
    EXPECT_EQ(result.matrix.scores(0, 0), 1.5); // and the column without a name does not decide about decimal commas
    std::vector<std::int64_t> filled;
    for (auto const& column : result.ignored_columns) filled.push_back(column.filled);
    EXPECT_EQ(filled, (std::vector<std::int64_t>{0, 0, 2, 0}));
}

TEST(CsvImport, long_lines_and_many_columns)
{
    std::string text = "model,base_model", row = std::string(1 << 20, 'm') + ",x";
    for (int i = 0; i < 3000; ++i) {
        text += ",b" + std::to_string(i);
        row += "," + std::to_string(i % 101);
    }
    auto const result = import_text(text + "\n" + row + "\n");
    EXPECT_EQ(result.matrix.models.front().size(), std::size_t{1} << 20);
    EXPECT_EQ(result.matrix.scores.cols(), 3000);
    EXPECT_EQ(result.matrix.scores(0, 2999), 2999 % 101);
}

TEST(CsvImport, a_missing_code_is_no_base_model)
{
    auto const result = import_text(header + "a,x,1,2\nb,N/A,3,4\nc,nan,5,6\nd,None,7,8\ne,y,9,10\nf,-,11,12\n");
    EXPECT_EQ(result.matrix.base_models, (std::vector<std::string>{"x", "", "", "", "y", ""}));
    EXPECT_EQ(result.rows_without_domain, 4);
    CsvImportOptions options;
    options.missing_codes = {"tba"};
    EXPECT_EQ(import_text(header + "a,x,1,2\nb,TBA,3,4\n", options).matrix.base_models[1], "");
}

// "7.013" is a plain number elsewhere. Beside decimal commas it is seven thousand, which has to be said.
TEST(CsvImport, thousands_apart_by_points_are_told)
{
    auto const result = import_text("model;base_model;A;B\na;x;36,81;7.013\nb;x;48,13;6.753\nc;x;51,5;5.120\n");
    EXPECT_EQ(result.matrix.scores.col(1), (Vector{{7013, 6753, 5120}}));
    auto const told = std::find_if(result.readings.begin(), result.readings.end(), [](NumberReading const& reading) {
        return reading.columns == std::vector<std::string>{"B"};
    });
    ASSERT_NE(told, result.readings.end());
    EXPECT_EQ(told->example, "7.013");
    EXPECT_EQ(told->value, 7013);
    EXPECT_NE(told->dress.find("thousands separators"), std::string::npos) << told->dress;
}

// Counts of the reference folder's data/README.md.
TEST(CsvImport, the_public_leaderboard)
{
    auto const path = std::string(EXAHCA_REFERENCE_DIR) + "/data/open_llm_leaderboard_v2.csv";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "set EXAHCA_REFERENCE_DIR to the folder that holds data/open_llm_leaderboard_v2.csv";
    CsvImportOptions options;
    options.score_columns = {"IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"};
    auto const result = import_csv(path, options);
    EXPECT_EQ(result.rows_read, 4576);
    EXPECT_EQ(result.repeated_models, 4576 - 4497);
    EXPECT_EQ(result.rows_without_domain, 1242);
    ASSERT_EQ(result.ignored_columns.size(), 1U);
    EXPECT_EQ(result.ignored_columns[0].column, "params_b");
    EXPECT_EQ(select_domains(result.matrix, {"llama-3-8b"}).front().rows.size(), 756U);
    EXPECT_EQ(select_domains(result.matrix, {"qwen2.5-0.5b"}).front().rows.size(), 155U);
}

} // namespace
} // namespace exahca
