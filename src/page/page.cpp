#include "page.hpp"

#include "exahca/figure/figures.hpp"
#include "exahca/figure/style.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace exahca {
namespace {

constexpr double narrow_drawing = 290; ///< pixels; four such stand side by side on a desktop

/// Letters, digits, dot and hyphen; everything else becomes a hyphen.
std::string file_name(std::size_t number, std::string_view name)
{
    std::string safe;
    for (char const c : name.substr(0, 60)) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
        if (plain)
            safe += c;
        else if (!safe.empty() && safe.back() != '-')
            safe += '-';
    }
    return fmt::format("{:03}-{}.svg", number, safe);
}

/// A command's first words where it is long: the whole one stands at the end of the page.
std::string in_short(std::string const& command)
{
    constexpr std::size_t longest = 130; // bytes: two lines of a caption
    if (command.size() <= longest) return command;
    auto const space = command.rfind(' ', longest / 2);
    return command.substr(0, space == command.npos ? longest / 2 : space) + " … (in full at the end)";
}

/// Text whose words with a hyphen, names of models and options above all, break at it only where they are longer than a
/// line.
std::string prose(std::string_view text)
{
    constexpr std::size_t longest = 60; // bytes; what is longer is better broken
    std::string marked;
    while (!text.empty()) {
        auto const space = std::min(text.find(' '), text.size());
        auto const word = text.substr(0, space);
        bool const whole = word.size() <= longest && word.find('-') != word.npos;
        marked += whole ? "<span>" + escape_markup(word) + "</span>" : escape_markup(word);
        if (space < text.size()) marked += text[std::min(space + 1, text.size() - 1)] == '%' ? "\u00A0" : " ";
        text.remove_prefix(std::min(text.size(), space + 1));
    }
    return marked;
}

std::string cell(std::string_view tag, std::string_view text, bool number)
{
    constexpr int long_text = 18; // columns; such cells must not be squeezed to a word per line
    auto const kind = number ? " class=\"number\"" : text_columns(text) > long_text ? " class=\"long\"" : "";
    return fmt::format("<{0}{1}{2}>{3}</{0}>", tag, tag == "th" ? " scope=\"col\"" : "", kind, prose(text));
}

/// Words that break over lines only where one is longer than a line: "--domains" must not end in "--".
std::string unbroken_words(std::string_view text)
{
    std::string marked;
    while (!text.empty()) {
        auto const space = std::min(text.find(' '), text.size());
        if (space > 0) marked += "<span>" + escape_markup(text.substr(0, space)) + "</span>";
        if (space < text.size()) marked += ' ';
        text.remove_prefix(std::min(text.size(), space + 1));
    }
    return marked;
}

} // namespace

Page::Page(std::string command) : command_(std::move(command)) {}

void Page::heading(int level, std::string_view text, std::string_view id)
{
    if (level <= 2) section_ = id;
    auto const anchor = id.empty() ? std::string{} : fmt::format(" id=\"{}\"", id);
    fmt::format_to(std::back_inserter(body_), "<h{0}{1}>{2}</h{0}>\n", level, anchor, escape_markup(text));
}

void Page::paragraph(std::string_view text) { body_ += fmt::format("<p>{}</p>\n", prose(text)); }

void Page::note(std::string_view text) { body_ += fmt::format("<p class=\"caption\">{}</p>\n", prose(text)); }

void Page::code(std::string_view text) { body_ += fmt::format("<pre><code>{}</code></pre>\n", unbroken_words(text)); }

void Page::answer(std::vector<std::string> const& sentences, bool open)
{
    body_ += open ? "<div class=\"answer open\">\n" : "<div class=\"answer\">\n";
    for (std::size_t i = 0; i < sentences.size(); ++i)
        body_ += fmt::format("<p{}>{}</p>\n", i == 1 ? " class=\"verdict\"" : "", prose(sentences[i]));
    body_ += "</div>\n";
}

void Page::notice(std::string_view title, std::vector<std::string> const& items)
{
    if (items.empty()) return;
    body_ += fmt::format("<div class=\"notice\"><strong>{}</strong><ul>\n", escape_markup(title));
    for (auto const& item : items) body_ += fmt::format("<li>{}</li>\n", prose(item));
    body_ += "</ul></div>\n";
}

void Page::table(PageTable const& table)
{
    // The box scrolls by keyboard too, so that a wide table never widens the page. The caption stands outside, where it
    // need not be as narrow as the table.
    body_ += fmt::format("<p class=\"caption\">{0}</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                         "aria-label=\"{0}\"><table{1}>\n<thead><tr>",
                         escape_markup(table.caption), table.head.size() > 8 ? " class=\"wide\"" : "");
    for (std::size_t j = 0; j < table.head.size(); ++j) body_ += cell("th", table.head[j], j >= table.first_number);
    body_ += "</tr></thead>\n<tbody>\n";
    for (auto const& row : table.rows) {
        body_ += "<tr>";
        for (std::size_t j = 0; j < row.size(); ++j) body_ += cell("td", row[j], j >= table.first_number);
        body_ += "</tr>\n";
    }
    body_ += "</tbody></table></div>\n";
}

void Page::definitions(std::vector<std::pair<std::string, std::string>> const& items)
{
    body_ += "<dl>\n";
    for (auto const& [term, text] : items) body_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", prose(term), prose(text));
    body_ += "</dl>\n";
}

void Page::links(std::vector<std::pair<std::string, std::string>> const& items)
{
    body_ += "<nav aria-label=\"Contents\"><ul>\n";
    for (auto const& [id, text] : items) body_ += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, prose(text));
    body_ += "</ul></nav>\n";
}

void Page::figure(std::vector<Drawing> const& drawings, std::string_view caption, std::string_view replicates)
{
    bool const narrow = std::all_of(drawings.begin(), drawings.end(),
                                    [](auto const& drawing) { return drawing.svg.width() <= narrow_drawing; });
    // A drawing that is wider than a phone scrolls: scaled down it could not be read.
    bool const wide = std::any_of(drawings.begin(), drawings.end(),
                                  [](auto const& drawing) { return drawing.svg.width() > drawing_width; });
    if (wide)
        body_ += fmt::format("<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n",
                             escape_markup(drawings.front().name));
    else
        body_ += fmt::format("<figure>\n<div class=\"multiples{}\">\n", narrow ? " narrow" : "");
    for (auto const& drawing : drawings) {
        body_ += "<div>" + drawing.svg.inline_text() + "</div>\n";
        figures_.push_back({file_name(figures_.size() + 1, section_ + " " + drawing.name), drawing.svg.file_text()});
    }
    body_ += fmt::format("</div>\n<figcaption>{} <em>Replicates: {}.</em>", prose(caption), prose(replicates));
    if (!command_.empty()) body_ += fmt::format(" Computed by <code>{}</code>", unbroken_words(in_short(command_)));
    body_ += "</figcaption>\n</figure>\n";
}

HtmlReport Page::finish(std::string_view title) &&
{
    auto page = fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                            "<meta name=\"viewport\" content=\"width=device-width, "
                            "initial-scale=1\">\n<title>{}</title>\n<style>{}{}{}</style>\n"
                            "</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
                            escape_markup(title), colour_style, page_style, drawing_style, body_);
    return {std::move(page), std::move(figures_)};
}

std::string shown_command(std::string const& command)
{
    auto const word = command.substr(0, command.find(' '));
    auto const slash = word.rfind('/');
    return slash == word.npos ? command : command.substr(slash + 1);
}

} // namespace exahca
