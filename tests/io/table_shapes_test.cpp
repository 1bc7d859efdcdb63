#include "exahca/core/error.hpp"
#include "exahca/io/csv_import.hpp"
#include "exahca/io/results_import.hpp"
#include "exahca/io/transposed_table.hpp"
#include "io/import_text.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

CsvImportOptions options_without_domains()
{
    CsvImportOptions options;
    options.domain_may_be_absent = true;
    return options;
}

TEST(TableShapes, the_only_column_that_is_spelled_like_it_names_the_models)
{
    for (auto const* text :
         {"Model,base_model,A,B\nm,x,1,2\nn,x,3,4\n", "MODEL;base_model;A,1;B,2\nm;x;1;2\nn;x;3;4\n"}) {
        auto const result = import_text(text);
        EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"m", "n"}));
        EXPECT_EQ(result.notes, std::vector<std::string>{"models are those of column " + std::string(text, 5) +
                                                         ", which is model in another spelling"});
    }
    EXPECT_EQ(import_text("Model,model,base_model,A,B\nm,n,x,1,2\n").matrix.models, std::vector<std::string>{"n"});
    EXPECT_TRUE(import_text("model,base_model,A,B\nm,x,1,2\n").notes.empty());
}

TEST(TableShapes, notes_below_the_table_are_left_out_with_their_lines)
{
    std::string const table = "base_model,model,A,B\nx,a,1,2\nx,b,3,4\n";
    auto const result = import_text(table + ",,,\nNote: preliminary,,,\n\"Source: a, b\",,,\n");
    EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(result.rows_without_scores, 2);
    EXPECT_EQ(result.examples_without_scores,
              (std::vector<std::string>{"line 5: Note: preliminary", "line 6: Source: a, b"}));
    // A score without a name is somebody's.
    EXPECT_NE(refusal(table + "Note,,,5\n").find("line 4, column model: the model has no name"), std::string::npos);
    CsvImportOptions strict;
    strict.missing = MissingPolicy::refuse;
    EXPECT_NE(refusal(table + "Note,,,\n", strict).find("line 4, column model"), std::string::npos);
}

TEST(TableShapes, where_no_row_is_complete_it_is_said_what_to_leave_out)
{
    CsvImportOptions options;
    options.missing = MissingPolicy::drop;
    EXPECT_NE(refusal(header + "a,x,1,\nb,x,3,\nc,y,,5\n", options).find("without --missing drop"), std::string::npos);
    EXPECT_NE(
        refusal("model,base_model,A,B,C\na,x,1,2,\nb,y,3,4,\nc,y,,5,7\n", options)
            .find("(3 were dropped, for each misses some score): leaving out C keeps 2 models with all of 2 scores, "
                  "of 3 (1 score missing still); without --missing drop the import keeps them"),
        std::string::npos);
}

TEST(TableShapes, a_header_may_be_repeated_between_the_rows)
{
    std::string const rows = "a,x,1,2\n", more = "b,x,3,4\n";
    auto const result = import_text(header + rows + header + more + header);
    EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(result.rows_read, 2);
    EXPECT_EQ(result.notes, std::vector<std::string>{"rows that repeat the header, left out: 2 (the first is line 3)"});
    EXPECT_NE(refusal(header + rows + more + more + "model,base_model,IFEval,4\n").find("\"IFEval\" is not a number"),
              std::string::npos);
    std::string const entries = "model,task,score\na,A,1\na,B,2\n";
    auto const read = import_long_text(entries + "model,task,score\nb,A,3\nb,A,3\nb,B,4\n", "l.csv",
                                       {"model", "task", "score"}, options_without_domains());
    EXPECT_EQ(read.matrix.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(read.repeated_entries, 1);
    EXPECT_EQ(read.notes, std::vector<std::string>{"rows that repeat the header, left out: 1 (the first is line 4)"});
}

TEST(TableShapes, a_second_table_with_columns_of_its_own_is_refused)
{
    std::string const rows = header + "a,x,1,2\nb,x,3,4\n";
    CsvImportOptions drop;
    drop.missing = MissingPolicy::drop; // else the names would go as rows that miss scores
    for (std::string const& again :
         std::vector<std::string>{"model,base_model,GPQA,IFEval\n", "base_model,model,IFEval,GPQA\n",
                                  "model,base_model,IFEval,BBH\n", "model,base_model,GPQA,\n"}) {
        auto const text = refusal(rows + again + "c,y,5,6\n", drop);
        EXPECT_NE(text.find("leaderboard.csv line 4: a second header"), std::string::npos) << again << text;
    }
    EXPECT_NE(refusal(rows + "model,base_model,GPQA,IFEval\n", drop)
                  .find("column 3 is \"GPQA\" here and \"IFEval\" at the top"),
              std::string::npos);
    EXPECT_NE(message_of<InvalidInput>([] {
                  (void)import_long_text("model,task,score\na,A,1\ntask,model,score\nB,a,1\n", "l.csv",
                                         {"model", "task", "score"}, options_without_domains());
              }).find("l.csv line 3: a second header"),
              std::string::npos);
}

TEST(TableShapes, scores_that_are_written_like_names_are_no_header)
{
    // Years as names, and as what was measured.
    auto const result = import_text("model,base_model,2019,2020\na,x,2020,2019\nb,x,2019,2020\n");
    EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(result.matrix.scores(0, 0), 2020);
    // A model that is named like a column.
    EXPECT_EQ(import_text(header + "GPQA,x,1,2\nb,IFEval,3,4\n").matrix.models,
              (std::vector<std::string>{"GPQA", "b"}));
}

TEST(TableShapes, a_header_in_two_lines_is_put_into_one)
{
    auto const problem = refusal("task,,A,B\nmodel,base_model,,\nm,x,1,2\n");
    EXPECT_NE(problem.find("put one line in the place of lines 1 and 2, which name the columns together, such as "
                           "model,base_model,A,B, or"),
              std::string::npos)
        << problem;
    // A title names no columns.
    EXPECT_NE(refusal("Results,,\nmodel,A,\n").find("(tail -n +2 FILE > NEW)"), std::string::npos);
}

TEST(TableShapes, frames_that_databases_print_are_no_rows)
{
    for (auto const* text :
         {"+-------+---+---+\n| model | A | B |\n+-------+---+---+\n| m     | 1 | 2 |\n| n     | 3 | 4 |\n+---+\n",
          " model | A | B \n-------+---+---\n m     | 1 | 2 \n n     | 3 | 4 \n(2 rows)\n\n"}) {
        auto const result = import_text(text, options_without_domains());
        EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"m", "n"}));
        EXPECT_EQ(result.matrix.benchmarks, (std::vector<std::string>{"A", "B"}));
    }
    for (auto const* line : {"--", "(two rows)", "(2 rows", "( rows)"})
        EXPECT_NE(refusal(header + "a,x,1,2\n" + line + "\n").find("line 3: 1 field where the header has 4"),
                  std::string::npos)
            << line;
}

TEST(TableShapes, points_that_may_separate_thousands_are_asked_about)
{
    auto const readings = [](std::string const& text, char decimal = 0) {
        auto options = options_without_domains();
        options.decimal = decimal;
        return import_text(text, options).readings;
    };
    // Beside whole numbers, or where semicolons separate the fields.
    for (auto const* text :
         {"model,A,B\nm,987,1\nn,1.234,2\no,12.345,3\np,1.100,4\n", "model;A;B\nm;1.987;1\nn;1.234;2\no;12.345;3\n"}) {
        auto const found = readings(text);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_TRUE(found[0].is_ambiguous);
        EXPECT_EQ(found[0].dress, "decimal points");
        EXPECT_EQ(found[0].columns, std::vector<std::string>{"A"});
        EXPECT_LT(found[0].value, 2);
        EXPECT_TRUE(readings(text, '.').empty());
        EXPECT_GT(readings(text, ',')[0].value, 1000);
    }
    // Decimals of one length are usual; others show that points are decimal, in whichever column.
    for (auto const* text :
         {"model,A,B\nm,1.987,1\nn,1.234,2\no,12.345,3\n", "model;A;B\nm;1.987;1\nn;1.234;2\no;1.3;3\n",
          "model;A;B\nm;1.987;1.5\nn;1.234;2\no;12.345;3\n"})
        EXPECT_TRUE(readings(text).empty()) << text;
    auto const read = import_long_text("model;task;score\nm;A;987\nm;B;1.234\nn;A;1.500\nn;B;2.000\n", "l.csv",
                                       {"model", "task", "score"}, options_without_domains());
    ASSERT_EQ(read.readings.size(), 1U);
    EXPECT_TRUE(read.readings[0].is_ambiguous);
}

TEST(TableShapes, files_that_are_no_table_with_delimiters_have_their_remedy)
{
    std::pair<std::string, char const*> const cases[] = {
        {"<html><table><tr><th>model</th></tr></table>", "pandas.read_html(FILE)[0].to_csv(NEW, index=False)"},
        {"\"model,A,B\"\n\"m,1,2\"\n", "(sed 's/^\"//; s/\"$//; s/\"\"/\"/g' FILE > NEW)"},
        {"'model';'A';'B'\n'm';'1';'2'\n", "take them off (tr -d \"'\" < FILE > NEW)"},
        {"PAR1\x15\x04", "it is a Parquet file): write the table as CSV, in Python: pandas.read_parquet(FILE)"},
        {std::string("X\n\0\0\0\3", 6), "it is an object of R): write the table as CSV, in R: write.csv(readRDS(FILE)"},
        {"$FL2@(#) SPSS", "it is a file of SPSS): save the table as CSV with the program that wrote it"},
    };
    for (auto const& [text, wanted] : cases) EXPECT_NE(refusal(text).find(wanted), std::string::npos) << refusal(text);
}

TEST(TableShapes, tables_of_genes)
{
    std::string const table = "Name\tDescription\tm\tn\ng1\tx\t1.5\t2\ng2\ty\t3\t4\n";
    constexpr char const* note = "lines 1 and 2 hold the version and the size of a table in GCT, and are left out";
    for (auto const* begin : {"#1.2\n2\t2\n", "#1.2\t\t\t\r\n2\t2\t\t\r\n", "\xef\xbb\xbf#1.3\n2\t2\t1\t0\n"}) {
        auto const upright = transposed_text(begin + table, "t.gct", "Name", {});
        EXPECT_EQ(upright.csv, "\"model\",\"g1\",\"g2\"\n\"m\",\"1.5\",\"3\"\n\"n\",\"2\",\"4\"\n");
        ASSERT_EQ(upright.notes.size(), 2U);
        EXPECT_EQ(upright.notes[0], note);
        auto options = options_without_domains();
        options.model_column = "Name";
        auto const result = import_text(begin + table, options);
        EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"g1", "g2"}));
        EXPECT_EQ(result.notes, std::vector<std::string>{note});
        EXPECT_NE(refusal(begin + table).find("import with --transposed Name, or"), std::string::npos);
    }
    // What only begins so.
    for (auto const* begin : {"#1.2\n", "#1.2\nRows\tColumns\n", "#1.4\n2\t2\n", "#1.2\n2\n"})
        EXPECT_NE(refusal(begin + table).find("has no column \"model\" (its columns are: #1."), std::string::npos)
            << begin;
}

TEST(TableShapes, what_r_writes_with_blanks_has_its_remedy)
{
    constexpr char const* remedy = "write.csv(read.table(\"FILE\", check.names = FALSE), \"NEW\")";
    for (auto const* text : {"\"A b\" \"B\"\n\"m 1\" 1.5 2\n\"m 2\" 3 4\n", "A|x B|y\nm1 1.5 2\nm2 3 NA\n"})
        EXPECT_NE(refusal(text).find(remedy), std::string::npos) << refusal(text);
    for (auto const* text :
         {"\"A\" \"B\",model\n", "A B\nm1 1.5\nm2 3\n", "Results of spring\nwe had much to do\nas ever\n"})
        EXPECT_EQ(refusal(text).find(remedy), std::string::npos) << refusal(text);
}

TEST(TableShapes, a_table_of_markdown)
{
    auto const result =
        import_text("| model | base_model | A | B |\n|:---|---|---:|---|\n| a | x | 1 | 2 |\n| b | - | - | 4 |\n");
    EXPECT_EQ(result.matrix.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(result.matrix.benchmarks, (std::vector<std::string>{"A", "B"}));
    EXPECT_TRUE(result.ignored_columns.empty());
    EXPECT_EQ(result.notes, std::vector<std::string>{"line 2 is a rule below the header, no row"});
    EXPECT_EQ(result.rows_read, 2);
    // A model of which nothing is known is none.
    EXPECT_EQ(import_text(header + "-,-,-,-\na,x,1,2\n").rows_read, 2);
}

TEST(TableShapes, what_stands_around_the_rows)
{
    Matrix wanted(2, 2);
    wanted << 1, 2, 3, 4;
    // Spreadsheets: a line that names the separator, rows that were emptied, separators behind the last field.
    std::pair<std::string, char> const texts[] = {
        {"sep=;\r\nmodel;base_model;A;B\r\na;x;1;2\r\nb;y;3;4\r\n", ';'},
        {"\xef\xbb\xbfSEP=|\nmodel|base_model|A|B\na|x|1|2\nb|y|3|4", '|'},
        {"\xef\xbb\xbfsep=,\rmodel,base_model,A,B\ra,x,1,2\rb,y,3,4\r", ','},
        {"model,base_model,A,B\n,,,\na,x,1,2\n\"\",,,\nb,y,3,4\n,,,\n", ','},
        {"model,base_model,A,B\na,x,1,2,\nb,y,3,\"4\",,\n", ','},
    };
    for (auto const& [text, delimiter] : texts) {
        auto const result = import_text(text);
        EXPECT_EQ(result.matrix.scores, wanted) << text;
        EXPECT_EQ(result.delimiter, delimiter) << text;
        EXPECT_EQ(result.rows_read, 2) << text;
    }
    EXPECT_EQ(import_text(texts[3].first).notes, std::vector<std::string>{"rows without any text, left out: 3"});
    EXPECT_NE(refusal("sep=;\nmodel;base_model;A;B\na;x;1\n").find("line 3: 3 fields"), std::string::npos);
    EXPECT_THROW((void)import_text("sep=\"\nmodel,base_model,A,B\na,x,1,2\n"), InvalidInput);
}

TEST(TableShapes, a_table_that_does_not_begin_as_one_is_refused_with_what_helps)
{
    std::pair<std::string, std::string> const cases[] = {
        {"model^base_model^A^B\na^x^1^2\n",
         "give --delimiter '^', if that separates the fields, or name the right one"},
        {"model::base_model::A\na::x::1\n", "give --delimiter ':'"},
        {"\\toprule\nmodel & base_model & A & B \\\\\n\\midrule\na & x & 1 & 2 \\\\\n",
         "(grep '&' FILE | sed 's/\\\\\\\\.*//' > NEW) and import them with --delimiter '&', or name"},
        {"model&base_model&A&B\na&x&1&2\n", "give --delimiter '&'"},
        {"country,indicator,year,value\na,x,1,2\n", "import with --long MODEL,indicator,value, with the column"},
        {"model base_model  A B\na x 1 2\n", "if blanks separate the fields"},
        {"Results of spring,,,\n,,,\nmodel,base_model,A,B\na,x,1,2\n",
         "take out what stands above line 3, which seems to be the header (tail -n +3 FILE > NEW), or name"},
        {"The model of each line;;;\n;;;\nname;model;A;B\ng;a;1;2\n", "(tail -n +3 FILE > NEW)"},
        {header + "\xd6\xd0\xce\xc4\xb1\xed\xb8\xf1,x,1,2\n", "one in Chinese is converted by iconv -f GB18030"},
        {header + "a,x,1,2\nb,x,<5,2\nc,x,3,4\n",
         "write the limit of what can be measured in its place and import with --floor IFEval=5"},
        {header + "a,x,1,2\nb,x,<LOD,2\nc,x,3,4\nd,x,3,4\n", "--floor IFEval=LIMIT"},
        {"model;base_model;A;B\na;x;1,5;2\nb;x;<0,6;2\nc;x;2,5;4\n", "--floor A=0.6"},
        {"model,base_model,#,B\na,x,1,2\nb,x,first,2\nc,x,3,4\n",
         "or leave it out with --exclude '#' if it is not a benchmark"},
        {"sep=;\nSpring\nmodel;base_model;A;B\na;x;1;2\n", "above line 3,"},
        {header + std::string("a,x,1\0,2\n", 9), "it holds a NUL byte, which no text does"},
        {std::string("m\0o\0d\0e\0l\0,\0A\0\n\0", 16), "NUL bytes as UTF-16 does"},
        {header + "a,x,1\n", "where fields that are empty were left out at the end, write their separators"},
        {header + "Source: a survey\n", "a line that is no row, such as a note below the table, has to go"},
        {header + "1,a,x,1,2\n", "a header without a field for the names of rows"},
        {"model,base_model,A,B\na,x,good,B+\nb,x,fair,C\n", "text is in A (\"good\") and B (\"B+\")"},
        {header + "a,x,1,2\nb,x,<5,2\nc,x,3,ill\nd,x,4,5\n",
         "line 3, column IFEval: \"<5\" is not a number (one of 2 such cells: \"<5\" 1, \"ill\" 1): fix it"},
        {header + "a,x,1,2\nb,x,5 %,2\nc,x,3,4\n", "\"5 %\" is not a number as most of its column are written: fix it"},
    };
    for (auto const& [text, wanted] : cases)
        EXPECT_NE(refusal(text).find(wanted), std::string::npos) << wanted << "\n" << refusal(text);
    // Line 3 is the rest of a name.
    EXPECT_EQ(refusal("Name,base_model,A,B\n\"the\nmodel,v0\",x,1,2\n").find("seems to be the header"),
              std::string::npos);
    CsvImportOptions options;
    options.delimiter = ';';
    EXPECT_NE(refusal(header + "a,x,1,2\n", options).find("leave --delimiter out, or"), std::string::npos);
    std::string wide = "name";
    for (int i = 0; i < 100; ++i) wide += ",m" + std::to_string(i);
    EXPECT_NE(refusal(wide + "\n").find("m28 and 71 more"), std::string::npos);
}

} // namespace
} // namespace exahca
