Component({ props: { title: '' }, methods: { choose() { this.props.onChoose && this.props.onChoose({ title: this.props.title }); } } });
